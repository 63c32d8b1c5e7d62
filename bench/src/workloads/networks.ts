import { mobileNetV2, resNet50 } from '@lanewise/cnn'
import { lstm } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Workload } from '../measure/workload.ts'
import { predictWorkload } from './models.ts'
import { uniform } from './random.ts'
import { operation } from './tensors.ts'

const ORT = { 'onnxruntime-web': { narrow: 1.5 } }

/** Of convolutions and dense layers at 224x224; counting them here would mean to build the networks. */
export const MOBILE_NET_FLOPS = 601_548_544
export const RES_NET_FLOPS = 7_715_946_496

const images = (side: number) => ({
  values: uniform(side * side * 3, 1),
  shape: [1, side, side, 3],
  dtype: 'float32' as const,
})

function network(name: string, flops: number, build: () => LayersModel): Workload {
  return predictWorkload(
    { name, flops, targets: { 'tfjs-wasm': { narrow: 1.5, wide: 2.5 }, ...ORT } },
    { build, stock: build, x: () => images(224) },
  )
}

/** One layer that returns its last output. */
function lstmLayer(units: number, steps: number, features: number, batch: number): Workload {
  const recurrent =
    (make: (args: { units: number; recurrentInitializer: 'glorotNormal' }) => { apply(x: SymbolicTensor): unknown }) =>
    () => {
      const x = input({ shape: [steps, features] })
      // The stock orthogonal initializer takes seconds, and these weights are replaced.
      const y = make({ units, recurrentInitializer: 'glorotNormal' }).apply(x) as SymbolicTensor
      return model({ inputs: x, outputs: y })
    }
  return predictWorkload(
    {
      name: `LSTM(${units}) ${steps}x${features}, batch ${batch}`,
      flops: 8 * batch * steps * units * (features + units),
      targets: ORT,
    },
    {
      build: recurrent(lstm),
      stock: recurrent(layers.lstm),
      x: () => ({ values: uniform(batch * steps * features, 1), shape: [batch, steps, features], dtype: 'float32' }),
    },
  )
}

export const lstms: readonly Workload[] = [
  lstmLayer(64, 10, 1, 1),
  lstmLayer(256, 100, 128, 1),
  lstmLayer(256, 100, 128, 16),
]

/** Numbers that go in and out again; nothing is computed but a change of sign. */
const CALL = 1000
export const call: Workload = operation({
  name: `call with ${CALL} floats`,
  inputs: [{ shape: [CALL] }],
  compute: ([x]) => tf.neg(x),
  nodes: (graph, [x]) => ({ name: graph.node('Neg', [x]), shape: [CALL] }),
})

export const networks: readonly Workload[] = [
  network('MobileNetV2 1.0 224', MOBILE_NET_FLOPS, () => mobileNetV2()),
  network('ResNet-50 224', RES_NET_FLOPS, () => resNet50()),
]
