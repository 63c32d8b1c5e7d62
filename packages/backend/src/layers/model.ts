import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { automate } from '../accelerate/accelerate.ts'
import { override } from '../override.ts'
import { doubtsOf, hasUsersFunctions, trust } from './certain.ts'
import { checkExamples, checkLabels, checkNumbers, checkWeights, tensorsOf } from './data.ts'
import { stockLoss, stockMetric, stockOptimizer } from './names.ts'
import { flag, number, type OptionReader, optional, rate, readOptions, show, size, unchecked } from './options.ts'

/** The model type of TensorFlow.js, which builders return. */
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

type BuildArgs = Parameters<typeof tfl.model>[0] & {
  /** Whether it replays captured steps by itself, on the backend lanewise, where that gives the same. Default true. */
  accelerate?: boolean
}

/**
 * `tf.model(...)` whose `compile`, `fit`, `evaluate` and `predict` are as `withKerasNames` describes. It replays captured steps as
 * after `accelerate(model)`, but only for shapes that come several times, only what surely does the same, and with the same bits.
 */
export function buildModel(args: BuildArgs): LayersModel {
  const { accelerate } = readOptions('buildModel', args, {
    inputs: symbolic,
    outputs: symbolic,
    name: unchecked,
    accelerate: flag(true),
  })
  const { accelerate: _, ...stockArgs } = args
  const model = withKerasNames(tfl.model(stockArgs))
  if (accelerate) automate(model as never, doubtsOf(model))
  return model
}

/**
 * Changes a tf.LayersModel (a loaded one, say) and returns it:
 * - `compile` takes Keras's names of losses, metrics and optimizers, in snake_case as in camelCase.
 * - The labels of a sparse categorical cross-entropy may be int32 or float32, of shape [n] or [n, 1]; one that is no
 *   class of the model's is an error.
 * - Data without examples, examples with NaN in training, labels and weights that are no numbers, and options that are
 *   unknown or out of range are errors that name them.
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
    const working = insides.model ?? insides
    acceptSparseLabels(working, functionsIn(args.metrics))
    if (!hasUsersFunctions(args.loss) && !hasUsersFunctions(args.metrics))
      trust([...working.lossFunctions, ...working.metricsTensors.map(([metric]) => metric)])
    insides.metrics = savedMetrics(stockArgs.metrics as Insides['metrics'])
  })
  override(model, 'fit', (fit) => async (x, y, args) => {
    readOptions('fit', args, FIT)
    return fit(x, y, args)
  })
  override(model, 'evaluate', (evaluate) => (x, y, args) => {
    readOptions('evaluate', args, EVALUATE)
    return evaluate(x, y, args)
  })
  override(model, 'predict', (predict) => (x, args) => {
    readOptions('predict', args, PREDICT)
    checkExamples('x', x)
    return predict(x, args)
  })
  override(model, 'setWeights', (setWeights) => (weights) => {
    checkWeights(model, weights)
    setWeights(weights)
  })
  override(model, 'predictOnBatch', (predict) => (x) => {
    checkExamples('x', x)
    return predict(x)
  })
  if (model.optimizer != null) acceptSparseLabels(insides.model ?? insides, new Set())
  return model
}

const changed = new WeakSet<object>()

const something: OptionReader<unknown> = (name, given) => {
  if (given === undefined || given === null) throw new Error(`${name}: missing`)
  return given
}
const symbolic: OptionReader<unknown> = (name, given) => {
  const all = Array.isArray(given) ? given : [given]
  if (all.length > 0 && all.every((one) => one instanceof tfl.SymbolicTensor)) return given
  throw new Error(`${name}: expected a tf.SymbolicTensor or a list of them, got ${show(given)}`)
}

/** What tfjs-layers' own functions do not look at: unknown names, and numbers out of range. */
const PREDICT = { batchSize: optional(size()), verbose: unchecked }
const EVALUATE = { ...PREDICT, steps: optional(size()), sampleWeight: unchecked }
const FIT = {
  ...PREDICT,
  epochs: optional(size()),
  callbacks: unchecked,
  validationSplit: rate(0),
  validationData: unchecked,
  shuffle: optional(flag(true)),
  classWeight: optional(perClass),
  sampleWeight: unchecked,
  initialEpoch: optional(number(0, Number.MAX_SAFE_INTEGER)),
  stepsPerEpoch: optional(size()),
  validationSteps: optional(size()),
  yieldEvery: unchecked,
}

function perClass(name: string, given: unknown): unknown {
  if (typeof given === 'object') return given
  throw new Error(`${name}: expected an object of one weight for each class, got ${show(given)}`)
}

function stockCompileArgs(args: CompileArgs): CompileArgs {
  const { optimizer, loss, metrics } = readOptions('compile', args, {
    optimizer: something,
    loss: something,
    metrics: unchecked,
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
      for (const tensor of xs) checkNumbers('x', tensor, true)
      model.outputNames.forEach((name, i) => {
        if (lossOf(model.loss, name, i) === SPARSE) checkLabels(ys[i], model.outputs[i].shape.at(-1) ?? 0, name)
        else checkNumbers('y', ys[i], false)
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
