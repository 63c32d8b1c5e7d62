import { convNet, mobileNetV2, resNet50 } from '@lanewise/cnn'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, test } from 'vitest'
import { type OnnxRuntime, onnxRuntime } from '../onnx/runtime.ts'
import { CNN_FLOPS, workloads } from './index.ts'
import { MOBILE_NET_FLOPS, RES_NET_FLOPS } from './networks.ts'

/** Of the largest value. */
const TOLERANCE = 2e-5
/** Workloads of more operations are like smaller ones. */
const LARGE_FLOPS = 5e8

let ort: OnnxRuntime

beforeAll(async () => {
  await tf.setBackend('lanewise')
  ort = await onnxRuntime('onnxruntime-web')
})

test('names are unique, and none is part of another command', () => {
  const names = workloads.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names.filter((name) => /^(threads|kernels)/.test(name))).toEqual([])
})

describe(`ONNX Runtime computes the same, to ${TOLERANCE} of the largest value`, () => {
  const converted = workloads.filter(({ onnx, flops }) => onnx !== undefined && (flops ?? 0) < LARGE_FLOPS)

  test.each(converted.map((workload) => [workload.name, workload] as const))('%s', async (_, { tfjs, onnx }) => {
    const prepared = await tfjs(true)
    const expected = Float32Array.from(await prepared.output!())
    await prepared.dispose()
    const { model, output, timed, restore = (values: Float32Array) => values } = await onnx!()
    const session = await ort.open(model)
    const { [output]: result } = await session.run({}, [output])
    const actual = restore(result.data as Float32Array)
    const { [timed]: part } = await session.run({}, [timed])
    await session.dispose()
    expect((part.data as Float32Array)[0]).toBe(actual[0])
    expect(actual).toHaveLength(expected.length)
    let [largest, apart] = [0, 0]
    for (const [i, value] of expected.entries()) {
      largest = Math.max(largest, Math.abs(value))
      apart = Math.max(apart, Math.abs(value - actual[i]))
    }
    expect(apart / largest).toBeLessThan(TOLERANCE)
  })
})

/** Of convolutions and dense layers. */
function flops(model: LayersModel): number {
  let sum = 0
  for (const layer of model.layers) {
    if (!/Conv2D|Dense/.test(layer.getClassName())) continue
    const [kernel] = layer.getWeights()
    const [, ...space] = (layer.outputShape as number[]).slice(0, -1)
    sum += 2 * kernel.size * tf.util.sizeFromShape(space)
  }
  model.dispose()
  return sum
}

test('the operations of networks are counted', () => {
  expect(flops(convNet())).toBe(CNN_FLOPS)
  expect(flops(mobileNetV2())).toBe(MOBILE_NET_FLOPS)
  expect(flops(resNet50())).toBe(RES_NET_FLOPS)
})
