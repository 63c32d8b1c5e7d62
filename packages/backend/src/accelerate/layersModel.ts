import * as tf from '@tensorflow/tfjs-core'
import { override } from '../override.ts'
import { type Doubts, NO_DOUBTS } from './doubts.ts'
import { Rate } from './rate.ts'
import { type Data, type Policy, Steps } from './steps.ts'

type Train = (data: Data) => tf.Tensor[]

/** What tfjs-layers keeps in a tf.LayersModel and its typings hide. */
export interface LayersModel {
  readonly name: string
  readonly layers: readonly Layer[]
  /** A Sequential's working model, made anew by `build`, which `compile` calls. */
  model?: LayersModel
  build?(shape?: unknown): void
  add?: unknown
  lossFunctions?: readonly unknown[]
  metricsTensors?: readonly (readonly unknown[])[]
  optimizer_?: tf.Optimizer
  collectedTrainableWeights?: readonly { read(): tf.Variable }[]
  testFunction: Train
  checkNumSamples(ins: tf.Tensor | tf.Tensor[]): number
  predictLoop(ins: tf.Tensor | tf.Tensor[], batchSize?: number, verbose?: boolean): tf.Tensor | tf.Tensor[]
  makeTrainFunction(): Train
  makeTestFunction(): void
  dispose(): unknown
}

interface Layer {
  readonly name: string
  readonly stateful: boolean
  /** Of a wrapper or a nested model. */
  readonly layer?: Layer
  readonly layers?: readonly Layer[]
}

/** What these keep as JavaScript values is known: see `optimizerState`. */
const KNOWN_OPTIMIZERS = [
  tf.SGDOptimizer,
  tf.MomentumOptimizer,
  tf.RMSPropOptimizer,
  tf.AdamOptimizer,
  tf.AdagradOptimizer,
  tf.AdadeltaOptimizer,
  tf.AdamaxOptimizer,
] as readonly unknown[]

export function isLayersModel(model: object): model is LayersModel {
  const methods = ['predictLoop', 'makeTrainFunction', 'makeTestFunction', 'checkNumSamples', 'dispose']
  return methods.every((name) => typeof (model as Record<string, unknown>)[name] === 'function')
}

/** Has a model's functions replayed. Returns what gives its steps. */
export function accelerateLayersModel(
  model: LayersModel,
  policy: Policy,
  doubts: Doubts = NO_DOUBTS,
): () => readonly Steps[] {
  let hooked: Hooked | undefined
  const renew = (working: LayersModel | undefined) => {
    hooked?.clear()
    hooked = working && hook(working, model.name, policy, doubts)
  }
  if (typeof model.add === 'function') {
    renew(model.model)
    override(model, 'build', (build) => (shape) => {
      build?.(shape)
      renew(model.model)
    })
  } else renew(model)
  override(model, 'dispose', (dispose) => () => {
    hooked?.clear()
    return dispose()
  })
  return () => hooked?.steps ?? []
}

interface Hooked {
  readonly steps: readonly Steps[]
  /** Gives all memory back. */
  clear(): void
}

/** Which call with a shape captures it, where nobody asked: a recording costs some milliseconds, about as much as a train step. */
const PATIENCE = { train: 2, test: 4, predict: 4 }

/** Has a model's own functions replayed. */
function hook(model: LayersModel, name: string, policy: Policy, doubts: Doubts): Hooked {
  let rate: Rate | undefined
  const stateful = () => {
    const layer = findStateful(model.layers)
    return layer && `the layer '${layer}' keeps states from call to call`
  }
  const losses = () => [
    // Another list each time that the model is compiled.
    model.lossFunctions,
    model.lossFunctions?.length,
    ...(model.lossFunctions ?? []),
    ...(model.metricsTensors ?? []).flat(),
  ]

  let train: Train
  const trainSteps = new Steps(
    {
      name: `training ${name}`,
      run: (data) => train(data),
      record: (data) => (rate as Rate).record(model.optimizer_ as tf.Optimizer, () => train(data)),
      prepare: () => {
        rate ??= new Rate()
        rate.follow(model.optimizer_ as tf.Optimizer)
      },
      state: () => [...losses(), ...trainedState(model)],
      obstacle: () => stateful() ?? unknownOptimizer(model),
      isRepeatable: false,
      patience: PATIENCE.train,
      watched: doubts.watchedInTraining,
      doubt: () => doubts.layers() ?? doubts.training(),
    },
    policy,
  )
  override(model, 'makeTrainFunction', (make) => () => {
    train = make()
    return (data) => trainSteps.call(data)
  })

  let test: Train
  const testSteps = new Steps(
    {
      name: `evaluating ${name}`,
      run: (data) => test(data),
      state: losses,
      obstacle: stateful,
      isRepeatable: true,
      patience: PATIENCE.test,
      watched: doubts.watchedInTraining,
      doubt: () => doubts.layers() ?? doubts.training(),
    },
    policy,
  )
  override(model, 'makeTestFunction', (make) => () => {
    make()
    test = model.testFunction
    model.testFunction = (data) => testSteps.call(data)
  })

  let predict: LayersModel['predictLoop']
  const predictSteps = new Steps(
    {
      name: `predicting with ${name}`,
      run: (data) => [predict(data as tf.Tensor[], (data[0] as tf.Tensor).shape[0])].flat(),
      state: () => [model.lossFunctions],
      obstacle: stateful,
      isRepeatable: true,
      patience: PATIENCE.predict,
      watched: doubts.watched,
      doubt: doubts.layers,
    },
    policy,
  )
  override(model, 'predictLoop', (stock) => {
    predict = stock
    return (ins, batchSize = 32, verbose = false) => {
      const samples = model.checkNumSamples(ins)
      if (verbose || !(samples > 0)) return predict(ins, batchSize, verbose)
      const list = [ins].flat()
      const outputs =
        samples <= batchSize
          ? predictSteps.call(list)
          : inBatches(list, samples, batchSize, (xs) => predictSteps.call(xs))
      return outputs.length === 1 ? outputs[0] : outputs
    }
  })
  const steps = [trainSteps, testSteps, predictSteps]
  return {
    steps,
    clear() {
      for (const each of steps) each.clear()
      rate?.dispose()
      rate = undefined
    },
  }
}

function inBatches(
  data: tf.Tensor[],
  samples: number,
  batchSize: number,
  run: (data: tf.Tensor[]) => tf.Tensor[],
): tf.Tensor[] {
  return tf.tidy(() => {
    const parts: tf.Tensor[][] = []
    for (let begin = 0; begin < samples; begin += batchSize) {
      const size = Math.min(batchSize, samples - begin)
      const outputs = tf.tidy(() =>
        run(data.map((x) => tf.slice(x, [begin, ...x.shape.slice(1).fill(0)], [size, ...x.shape.slice(1)]))),
      )
      for (const [i, output] of outputs.entries()) {
        parts[i] ??= []
        parts[i].push(output)
      }
    }
    return parts.map((outputs) => tf.concat(outputs, 0))
  })
}

/** What a train step depends on, besides losses: what it trains, and by which numbers. */
function trainedState({ optimizer_, collectedTrainableWeights = [] }: LayersModel): unknown[] {
  let trainable = ''
  for (const weight of collectedTrainableWeights) trainable += weight.read().trainable ? 1 : 0
  return [collectedTrainableWeights, trainable, optimizer_, ...optimizerState(optimizer_)]
}

/** An optimizer's numbers and the lists of its variables, without its count of steps, and the learning rate: see `Rate`. */
function optimizerState(optimizer: tf.Optimizer | undefined): unknown[] {
  const state: unknown[] = []
  for (const name in optimizer) {
    if (!Object.hasOwn(optimizer, name) || name === 'iterations_' || name === 'learningRate' || name === 'c') continue
    state.push((optimizer as unknown as Record<string, unknown>)[name])
  }
  return state
}

function unknownOptimizer({ optimizer_ }: LayersModel): string | undefined {
  if (!KNOWN_OPTIMIZERS.includes(optimizer_?.constructor))
    return `the optimizer ${optimizer_?.constructor.name} may keep numbers that a recording would not see change`
  if (optimizerState(optimizer_).some((value) => typeof value === 'function'))
    return 'a method of the optimizer was replaced, which may use numbers that a recording would not see change'
  return undefined
}

/** The name of a layer that keeps states, wherever it is. */
function findStateful(layers: readonly (Layer | undefined)[]): string | undefined {
  for (const layer of layers) {
    if (layer === undefined) continue
    const inside = findStateful([layer.layer, ...(layer.layers ?? [])])
    if (inside !== undefined) return inside
    if (layer.stateful) return layer.name
  }
  return undefined
}
