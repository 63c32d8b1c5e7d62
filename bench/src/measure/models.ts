import { withKerasNames } from '@lanewise/backend/layers'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Example } from '../terminal/index.ts'
import { useBackend } from '../terminal/index.ts'
import type { Prepared, Workload } from './workload.ts'

interface Plain {
  values: Float32Array | Int32Array | Uint8Array
  shape: number[]
  dtype: 'float32' | 'int32' | 'bool'
}

const plain = (tensor: tf.Tensor): Plain => ({
  values: tensor.dataSync() as Plain['values'],
  shape: tensor.shape,
  dtype: tensor.dtype as Plain['dtype'],
})
const tensor = ({ values, shape, dtype }: Plain) => tf.tensor(values, shape, dtype)

/** An example's model as workloads: predict for one and for all examples of its batch, and a train step. */
export async function modelWorkloads({ name, workload }: Example): Promise<Workload[]> {
  const { x, y, weights } = await onCpu(() => {
    const batch = workload.batch()
    const model = workload.stock()
    const data = { x: plain(batch.x), y: plain(batch.y), weights: model.getWeights().map(plain) }
    tf.dispose([batch.x, batch.y])
    model.dispose()
    return data
  })

  // Made on backend-cpu, which has every kernel that an initializer may want; the weights then go to the backend to measure.
  async function make(native: boolean): Promise<LayersModel> {
    const backend = tf.getBackend()
    const model = await onCpu(() => (native ? workload.build() : withKerasNames(workload.stock())))
    await useBackend(backend)
    tf.tidy(() => model.setWeights(weights.map(tensor)))
    return model
  }

  async function predicting(native: boolean, count: number): Promise<Prepared> {
    const model = await make(native)
    const all = tensor(x)
    const inputs = tf.slice(all, 0, count)
    all.dispose()
    const run = () => {
      const y = model.predict(inputs, { batchSize: count }) as tf.Tensor
      const values = y.dataSync()
      y.dispose()
      return values
    }
    return {
      run: () => void run(),
      output: async () => run(),
      dispose: () => {
        inputs.dispose()
        model.dispose()
      },
    }
  }

  async function training(native: boolean): Promise<Prepared> {
    const model = await make(native)
    model.compile(workload.compile)
    const [inputs, labels] = [tensor(x), tensor(y)]
    return {
      run: async () => void (await model.trainOnBatch(inputs, labels)),
      async output() {
        await model.trainOnBatch(inputs, labels)
        const loss = model.evaluate(inputs, labels, { batchSize: inputs.shape[0] }) as tf.Scalar
        const values = loss.dataSync()
        loss.dispose()
        return values
      },
      dispose: () => {
        tf.dispose([inputs, labels])
        model.dispose()
      },
    }
  }

  const size = x.shape[0]
  return [
    { name: `${name} predict 1`, tfjs: (native) => predicting(native, 1) },
    { name: `${name} predict ${size}`, tfjs: (native) => predicting(native, size) },
    { name: `${name} train ${size}`, tfjs: (native) => training(native) },
  ]
}

async function onCpu<T>(make: () => T): Promise<T> {
  await useBackend('cpu')
  return make()
}
