import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { stockLoss, stockMetric, stockOptimizer } from './names.ts'
import { type OptionReader, readOptions, show } from './options.ts'

export type LayersModel = tfl.LayersModel
type CompileArgs = Parameters<LayersModel['compile']>[0]
type Loss = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Tensor
type Metric = string | Loss
type PerOutput<T> = T | T[] | { [output: string]: T }

/** What tfjs-layers keeps in a model and its typings hide. */
interface Insides {
  /** A Sequential's working model, made anew by each `compile`. */
  model?: Insides
  outputNames: string[]
  outputs: { shape: (number | null)[] }[]
  loss: PerOutput<Metric>
  metrics?: PerOutput<Metric | Metric[]>
  lossFunctions: Loss[]
  metricsTensors: [Loss, number][]
  standardizeUserDataXY(x: unknown, y: unknown, ...rest: unknown[]): [tf.Tensor[], tf.Tensor[]]
}

const SPARSE = 'sparseCategoricalCrossentropy'
/** Backends that hand out values without waiting; labels are checked on these. */
const SYNCHRONOUS = new Set(['lanewise', 'cpu', 'wasm'])

/** `tf.model(...)` whose `compile`, `fit`, `evaluate` and `predict` are as `withKerasNames` describes. */
export function buildModel(args: Parameters<typeof tfl.model>[0]): LayersModel {
  return withKerasNames(tfl.model(args))
}

/**
 * Changes a tf.LayersModel (a loaded one, say) and returns it:
 * - `compile` takes Keras's names of losses, metrics and optimizers, in snake_case as in camelCase.
 * - The labels of a sparse categorical cross-entropy may be int32 or float32, of shape [n] or [n, 1]; one that is no
 *   class of the model's is an error.
 * - Data without examples is an error that names it.
 * Topology, weights and training configuration save as from any other model and load in stock TensorFlow.js; metrics
 * that it can not load (functions, and the two of `UNNAMED`) are left out of a saved training configuration.
 */
export function withKerasNames<M extends LayersModel>(model: M): M {
  if (!(model instanceof tfl.LayersModel)) throw new Error(`model: expected a tf.LayersModel, got ${show(model)}`)
  if (changed.has(model)) return model
  changed.add(model)
  const insides = model as unknown as Insides
  override(model, 'compile', (compile) => (args) => {
    const stockArgs = stockCompileArgs(args)
    compile(stockArgs)
    acceptSparseLabels(insides.model ?? insides, functionsIn(args.metrics))
    insides.metrics = savedMetrics(stockArgs.metrics as Insides['metrics'])
  })
  override(model, 'predict', (predict) => (x, args) => {
    checkExamples('x', x)
    return predict(x, args)
  })
  override(model, 'predictOnBatch', (predict) => (x) => {
    checkExamples('x', x)
    return predict(x)
  })
  if (model.optimizer != null) acceptSparseLabels(insides.model ?? insides, new Set())
  return model
}

const changed = new WeakSet<object>()

function override<T extends object, K extends keyof T>(object: T, key: K, wrap: (stock: T[K]) => T[K]): void {
  const stock = (object[key] as (...args: unknown[]) => unknown).bind(object) as T[K]
  Object.defineProperty(object, key, { value: wrap(stock), writable: true, configurable: true, enumerable: false })
}

const something: OptionReader<unknown> = (name, given) => {
  if (given === undefined || given === null) throw new Error(`${name}: missing`)
  return given
}
const anything: OptionReader<unknown> = (_, given) => given

function stockCompileArgs(args: CompileArgs): CompileArgs {
  const { optimizer, loss, metrics } = readOptions('compile', args, {
    optimizer: something,
    loss: something,
    metrics: anything,
  })
  return {
    optimizer: optimizer instanceof tf.Optimizer ? optimizer : stockOptimizer(optimizer as string),
    loss: eachOutput(loss as PerOutput<Metric>, (one) => (typeof one === 'function' ? one : stockLoss(one))),
    metrics:
      metrics == null
        ? undefined
        : eachOutput(metrics as PerOutput<Metric | Metric[]>, (one) =>
            Array.isArray(one) ? one.map(stockOrFunction) : stockOrFunction(one),
          ),
  } as CompileArgs
}

function eachOutput<T, U>(spec: PerOutput<T>, change: (one: T) => U): PerOutput<U> {
  if (Array.isArray(spec)) return spec.map(change)
  if (spec !== null && typeof spec === 'object')
    return Object.fromEntries(Object.entries(spec).map(([output, one]) => [output, change(one as T)]))
  return change(spec as T)
}

/** Metrics that tfjs-layers has as functions only: its table of names lacks them. */
const UNNAMED: Record<string, Loss> = {
  binaryCrossentropy: (yTrue, yPred) => tfl.metrics.binaryCrossentropy(yTrue, yPred),
  sparseCategoricalAccuracy: (yTrue, yPred) => tfl.metrics.sparseCategoricalAccuracy(yTrue, yPred),
}

function stockOrFunction(metric: Metric): Metric {
  if (typeof metric === 'function') return metric
  const stock = stockMetric(metric)
  return UNNAMED[stock] ?? stock
}

function functionsIn(metrics: unknown): Set<unknown> {
  const all = metrics !== null && typeof metrics === 'object' ? Object.values(metrics).flat() : [metrics]
  return new Set(all.filter((metric) => typeof metric === 'function'))
}

function savedMetrics(metrics: Insides['metrics']): Insides['metrics'] {
  const named = (one: Metric | Metric[]) => [one].flat().filter((metric) => typeof metric === 'string')
  if (metrics === undefined || typeof metrics === 'function') return undefined
  if (typeof metrics === 'string' || Array.isArray(metrics)) return named(metrics as Metric | Metric[])
  // The stock format holds one metric for each output.
  const first = Object.entries(metrics).flatMap(([output, one]) =>
    named(one)
      .slice(0, 1)
      .map((name) => [output, name]),
  )
  return Object.fromEntries(first)
}

/** Run after each compile: lets the loss and the metrics of sparse outputs take int32 labels, and checks labels. */
function acceptSparseLabels(model: Insides, usersMetrics: Set<unknown>): void {
  const sparse = model.outputNames.map((name, i) => lossOf(model.loss, name, i) === SPARSE)
  model.lossFunctions = model.lossFunctions.map((loss, i) => (sparse[i] ? withFloatLabels(loss) : loss))
  // In place: a Sequential and its working model share this list.
  for (const entry of model.metricsTensors) {
    const [metric, output] = entry
    if (sparse[output] && !usersMetrics.has(metric)) entry[0] = withFloatLabels(metric)
  }
  if (checksLabels.has(model)) return
  checksLabels.add(model)
  override(model, 'standardizeUserDataXY', (standardize) => (x, y, ...rest) => {
    checkExamples('x', x)
    checkExamples('y', y)
    const [xs, ys] = standardize(x, y, ...rest)
    try {
      model.outputNames.forEach((name, i) => {
        if (lossOf(model.loss, name, i) === SPARSE) checkLabels(ys[i], model.outputs[i].shape.at(-1) ?? 0, name)
      })
    } catch (error) {
      const users = new Set([...tensorsOf(x), ...tensorsOf(y)])
      tf.dispose([...xs, ...ys].filter((tensor) => !users.has(tensor)))
      throw error
    }
    return [xs, ys]
  })
}

const checksLabels = new WeakSet<object>()

function lossOf(loss: PerOutput<Metric>, output: string, index: number): Metric | undefined {
  if (typeof loss === 'string' || typeof loss === 'function') return loss
  return Array.isArray(loss) ? loss[index] : loss[output]
}

function withFloatLabels(loss: Loss): Loss {
  return (yTrue, yPred) => loss(yTrue.dtype === 'float32' ? yTrue : tf.cast(yTrue, 'float32'), yPred)
}

function checkLabels(labels: tf.Tensor, classes: number, output: string): void {
  if (labels.dtype !== 'int32' && labels.dtype !== 'float32')
    throw new Error(`y: labels of '${output}' are ${labels.dtype}; allowed are int32 and float32`)
  if (!SYNCHRONOUS.has(tf.getBackend())) return
  const values = labels.dataSync()
  const wrong = values.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes))
  if (wrong >= 0)
    throw new Error(
      `y: label ${values[wrong]} at index ${wrong} is no class of output '${output}'; allowed are integers from 0 to ${classes - 1}`,
    )
}

function tensorsOf(data: unknown): tf.Tensor[] {
  const all = data !== null && typeof data === 'object' && !(data instanceof tf.Tensor) ? Object.values(data) : [data]
  return all.filter((one) => one instanceof tf.Tensor)
}

function checkExamples(name: string, data: unknown): void {
  const tensors = tensorsOf(data)
  if (tensors.length === 0) throw new Error(`${name}: expected a tf.Tensor, got ${show(data)}`)
  const empty = tensors.find((tensor) => tensor.size === 0)
  if (empty) throw new Error(`${name}: a tensor of shape [${empty.shape}] holds no examples`)
}
