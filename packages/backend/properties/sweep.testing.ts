import { env, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ConvAttrs, convInfo } from '../src/kernels/windows.ts'
import type { Call } from './call.ts'
import { check } from './compare.ts'
import type { Drawn } from './draw.ts'
import { describeTolerance } from './tolerances.ts'

type Pair = [number, number]
type Pad = ConvAttrs['pad']

const explicit = (top: number, bottom: number, left: number, right: number): Pad => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
]

const filters: Pair[] = [
  ...([1, 2, 3, 4, 5, 7].map((size) => [size, size]) as Pair[]),
  ...([
    [1, 3],
    [3, 1],
    [2, 3],
    [5, 2],
    [1, 7],
    [4, 1],
  ] as Pair[]),
]
const strides: Pair[] = [
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 4],
  [1, 2],
  [2, 1],
  [3, 2],
]
const pads: Pad[] = [
  ...(['same', 'valid', 0, 1, 2, 3] as const),
  ...[explicit(0, 0, 0, 0), explicit(1, 0, 0, 0), explicit(0, 2, 1, 0), explicit(0, 0, 0, 3)],
  ...[explicit(2, 1, 0, 2), explicit(3, 3, 1, 1), explicit(6, 0, 0, 6)],
]
const dilations: Pair[] = [
  [1, 1],
  [2, 2],
  [3, 3],
  [1, 2],
]

/** Wide enough for the widest filter at the widest dilation. */
const IMAGES = [2, 20, 19]
/** backend-cpu takes its time for gradients by the filter. */
const SMALL_IMAGES = [1, 11, 10]
/** Taken in turn: one channel, fewer than a vector, a vector, more than a panel. */
const channels: Pair[] = [
  [1, 3],
  [3, 5],
  [8, 8],
  [4, 17],
  [5, 1],
]

interface Setting {
  filter: Pair
  strides: Pair
  pad: Pad
  dilations: Pair
}

const settings: Setting[] = filters.flatMap((filter) =>
  strides.flatMap((stride) =>
    pads.flatMap((pad) => dilations.map((dilation) => ({ filter, strides: stride, pad, dilations: dilation }))),
  ),
)

const isPlain = ({ dilations }: Setting) => dilations.every((size) => size === 1)
/** backend-cpu's depthwise kernels take no strides together with dilations. */
const isForDepthwise = (setting: Setting) => isPlain(setting) || setting.strides.every((size) => size === 1)

const image = (shape: number[], seed: number): Drawn => ({ shape, dtype: 'float32', seed, scale: 1, odd: [] })

function callOf(kernel: string, { filter, ...setting }: Setting, index: number): Call {
  const depthwise = kernel.startsWith('Depthwise')
  const [inChannels, outChannels] = channels[index % channels.length]
  const shape = [...(kernel.endsWith('BackpropFilter') ? SMALL_IMAGES : IMAGES), inChannels]
  const filterShape = [...filter, inChannels, depthwise ? 1 : outChannels]
  const x = image(shape, 1 + index)
  const weights = image(filterShape, 2 + index)
  const dy = image(convInfo(shape, filterShape, setting, depthwise).outShape, 3 + index)
  const attrs = { ...setting, dataFormat: 'NHWC' }
  if (kernel.endsWith('BackpropInput'))
    return { inputs: { dy, filter: weights }, attrs: { ...attrs, inputShape: shape } }
  if (kernel.endsWith('BackpropFilter')) return { inputs: { x, dy }, attrs: { ...attrs, filterShape } }
  return { inputs: { x, filter: weights }, attrs }
}

/** TensorFlow.js has gradients of convolutions without dilation only. */
const sweeps: [kernel: string, settings: Setting[]][] = [
  ['Conv2D', settings],
  ['Conv2DBackpropInput', settings.filter(isPlain)],
  ['Conv2DBackpropFilter', settings.filter(isPlain)],
  ['DepthwiseConv2dNative', settings.filter(isForDepthwise)],
  ['DepthwiseConv2dNativeBackpropInput', settings.filter(isPlain)],
  ['DepthwiseConv2dNativeBackpropFilter', settings.filter(isPlain)],
]

export function sweepConvolutions(): void {
  describe('the sweep of filter x stride x pad x dilation', () => {
    beforeAll(async () => {
      await setBackend('lanewise')
      env().set('IS_TEST', true)
    })

    for (const [kernel, all] of sweeps)
      it(`${kernel}: ${all.length} settings, 0 mismatches, ${describeTolerance(kernel)}`, () => {
        const mismatches = all.flatMap((setting, index) => {
          try {
            expect(check(kernel, callOf(kernel, setting, index)), 'ran on a SIMD kernel').toBe(true)
            return []
          } catch (error) {
            return [`${JSON.stringify(setting)}: ${(error as Error).message}`]
          }
        })
        expect(mismatches).toEqual([])
        expect(all.length).toBeGreaterThan(1000)
      }, 300_000)
  })
}
