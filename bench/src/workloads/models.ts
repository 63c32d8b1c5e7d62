import { withKerasNames } from '@lanewise/backend/layers'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Prepared, Workload } from '../measure/workload.ts'
import { convert } from '../onnx/convert.ts'
import type { Example } from '../terminal/index.ts'
import { useBackend } from '../terminal/index.ts'
import { replaying } from './captured.ts'
import { uniform } from './random.ts'

/** A tensor of no backend. */
interface Plain {
  values: Float32Array | Int32Array | Uint8Array
  shape: number[]
  dtype: 'float32' | 'int32' | 'bool'
}

const tensor = ({ values, shape, dtype }: Plain) => tf.tensor(values, shape, dtype)
const plain = (tensor: tf.Tensor): Plain => ({
  values: tensor.dataSync() as Plain['values'],
  shape: tensor.shape,
  dtype: tensor.dtype as Plain['dtype'],
})

/** A model in two forms, with weights of the same shapes in the same order, and what it reads. */
export interface Subject {
  /** Of fused layers, for `lanewise`. */
  build(): LayersModel
  /** Of layers that TensorFlow.js has. */
  stock(): LayersModel
  /** What ONNX Runtime is to compute; absent where it computes the stock form. */
  onnx?(): LayersModel
  x(): Plain
}

export function predictWorkload(named: Omit<Workload, 'tfjs' | 'onnx'>, subject: Subject): Workload {
  const { build, stock, onnx = stock } = subject
  return {
    ...named,
    model: true,
    async tfjs(native) {
      const model = await make(native ? build : () => withKerasNames(stock()))
      const x = tensor(subject.x())
      const run = () => {
        const y = model.predict(x, { batchSize: x.shape[0] }) as tf.Tensor
        const values = y.dataSync()
        y.dispose()
        return values
      }
      return {
        run: () => void run(),
        output: async () => run(),
        dispose() {
          x.dispose()
          model.dispose()
        },
      }
    },
    async captured() {
      const model = await make(build)
      const x = tensor(subject.x())
      return replaying(
        (x) => model.apply(x) as tf.Tensor,
        [x],
        [x],
        () => model.dispose(),
      )
    },
    async onnx() {
      const model = await make(onnx)
      const { shape, values } = subject.x()
      const converted = await onCpu(() =>
        convert(model, { batch: shape[0], steps: shape[1], x: values as Float32Array }),
      )
      model.dispose()
      return { model: converted.model, output: converted.output.name, timed: converted.output.name }
    },
  }
}

/** Examples in the batches of the examples' workloads. */
const BATCH = 32

/** What an example's workloads are to reach. */
export interface ExampleTargets {
  /** Of one example. */
  flops?: number
  predict?: Workload['targets']
  /** Of `predict 1` besides. */
  predictOne?: Workload['targets']
  train?: Workload['targets']
}

/** An example's model as workloads: predict for one and for all examples of its batch, and a train step. */
export function exampleWorkloads(
  { name, workload }: Example,
  { flops, predict, predictOne, train: trained }: ExampleTargets = {},
): Workload[] {
  const { build, stock, compile } = workload
  let made: { x: Plain; y: Plain } | undefined
  const batch = () => {
    made ??= inTidy(() => {
      const { x, y } = workload.batch()
      if (x.shape[0] !== BATCH) throw new Error(`${name}: a batch of ${x.shape[0]} examples, not of ${BATCH}`)
      return { x: plain(x), y: plain(y) }
    })
    return made
  }
  const first = (count: number): Plain => {
    const { values, shape, dtype } = batch().x
    return { values: values.slice(0, (values.length / BATCH) * count), shape: [count, ...shape.slice(1)], dtype }
  }
  const predicts = [1, BATCH].map((count) =>
    predictWorkload(
      {
        name: `${name} predict ${count}`,
        flops: flops && count * flops,
        targets: { 'onnxruntime-web': { narrow: 1.5 }, ...predict, ...(count === 1 && predictOne) },
      },
      { build, stock, onnx: build, x: () => first(count) },
    ),
  )
  const training = async (native: boolean): Promise<Prepared> => {
    const model = await make(native ? build : () => withKerasNames(stock()))
    model.compile(compile)
    const { x, y } = batch()
    const [inputs, labels] = [tensor(x), tensor(y)]
    return {
      run: async () => void (await model.trainOnBatch(inputs, labels)),
      async output() {
        await model.trainOnBatch(inputs, labels)
        const loss = model.evaluate(inputs, labels, { batchSize: BATCH }) as tf.Scalar
        const values = loss.dataSync()
        loss.dispose()
        return values
      },
      dispose() {
        tf.dispose([inputs, labels])
        model.dispose()
      },
    }
  }
  const train: Workload = {
    name: `${name} train ${BATCH}`,
    model: true,
    targets: trained,
    tfjs: training,
    async captured() {
      const model = await make(build)
      model.compile(compile)
      const { x, y } = batch()
      const [inputs, labels] = [tensor(x), tensor(y)]
      const step = trainStep(model)
      const replay = replaying((x, y) => step([x, y])[0], [inputs, labels], [])
      return {
        ...replay,
        async output() {
          replay.run()
          const loss = model.evaluate(inputs, labels, { batchSize: BATCH }) as tf.Scalar
          const values = loss.dataSync()
          loss.dispose()
          return values
        },
        dispose() {
          replay.dispose()
          tf.dispose([inputs, labels])
          model.dispose()
        },
      }
    },
  }
  return [...predicts, train]
}

/** What `fit` runs for a batch: from inputs and labels to the loss and the metrics. */
function trainStep(model: LayersModel): (data: tf.Tensor[]) => tf.Tensor[] {
  const inner = (model as unknown as { model?: LayersModel }).model ?? model
  return (inner as unknown as { makeTrainFunction(): (data: tf.Tensor[]) => tf.Tensor[] }).makeTrainFunction()
}

/**
 * The model with weights that are the same on every engine. Made on backend-cpu, which has every kernel that an initializer may want;
 * the weights then go to the backend to measure.
 */
async function make(build: () => LayersModel): Promise<LayersModel> {
  const model = await onCpu(build)
  tf.tidy(() =>
    model.setWeights(
      model.weights.map(({ originalName, shape }, seed) => weight(originalName, shape as number[], seed + 1)),
    ),
  )
  return model
}

/** Kernels as He et al. initialize them, so that signals reach the end of a deep network; normalizations that differ from channel to channel. */
function weight(name: string, shape: number[], seed: number): tf.Tensor {
  const length = tf.util.sizeFromShape(shape)
  if (shape.length === 1) {
    const centre = /gamma|variance/.test(name) ? 0.8 : 0
    return tf.tensor(
      uniform(length, seed, 0.2).map((value) => value + centre),
      shape,
    )
  }
  const inputs = tf.util.sizeFromShape(shape.slice(0, name.includes('depthwise') ? 2 : -1))
  const limit = Math.sqrt((shape.length === 4 ? 6 : 3) / inputs)
  // The signal grows from block to block: more of it would make the softmax at the end a mere maximum.
  return tf.tensor(uniform(length, seed, name.includes('predictions') ? limit / 100 : limit), shape)
}

async function onCpu<T>(make: () => T): Promise<T> {
  const backend = tf.getBackend()
  await useBackend('cpu')
  try {
    return make()
  } finally {
    if (backend !== undefined) await useBackend(backend)
  }
}

function inTidy<T extends object>(make: () => T): T {
  let made: T
  tf.tidy(() => {
    made = make()
  })
  return made!
}
