import { conv2d, packedFilterBytes, packFilter } from '../conv2d/conv2d.ts'
import { depthwise } from '../depthwise/depthwise.ts'
import { gemm, gemmPacked, packB, packedBytes } from '../gemm/gemm.ts'
import { runSoftmax, runUnary, type UnaryKernel } from '../generated/commands.ts'
import { maxPool } from '../pool/pool.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { transformedFilterBytes, transformFilter, type WinogradSize, winograd } from '../winograd/winograd.ts'

/** Of the largest result: what single precision may lose here, and a wrong lane never gives. */
const TOLERANCE = 1e-5

type Numbers = ArrayLike<number>
interface Check {
  name: string
  /** The operands' sizes. */
  inputs: number[]
  size: number
  run(rt: Runtime, pointers: number[], y: number): void
  /** In double precision. */
  expected(inputs: Numbers[]): Numbers
}

/** The name of a hot kernel that gives wrong numbers, and how wrong; undefined where all are right. Takes some milliseconds. */
export function faultOf(rt: Runtime, checks: readonly Check[] = hotKernels): string | undefined {
  for (const check of checks) {
    const inputs = check.inputs.map((size, i) => pattern(size, i + 1))
    const blocks = [...check.inputs, check.size].map((size) => rt.heap.alloc(size * 4))
    for (const [i, values] of inputs.entries()) rt.f32.set(values, blocks[i] >>> 2)
    const y = blocks[inputs.length]
    rt.f32.fill(Number.NaN, y >>> 2, (y >>> 2) + check.size)
    check.run(rt, blocks, y)
    const wrong = distance(rt.f32.subarray(y >>> 2, (y >>> 2) + check.size), check.expected(inputs))
    for (const block of blocks) rt.heap.free(block)
    if (!(wrong <= TOLERANCE)) return `the self-test of ${check.name} is ${wrong.toExponential(1)} off`
  }
  return undefined
}

/** The largest difference, of the largest number. */
function distance(actual: Numbers, expected: Numbers): number {
  let largest = 1e-30
  let apart = 0
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]))
    const difference = Math.abs(actual[i] - expected[i])
    apart = Number.isNaN(difference) ? Infinity : Math.max(apart, difference)
  }
  return apart / largest
}

/** Numbers in (-2, 2), no two neighbours or lanes alike. */
function pattern(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 2 * Math.sin((i + 1) * (seed + 0.618)))
}

/** All heights of the tile, and columns for two panels, one and a part of one. */
function product(
  m: number,
  n: number,
  k: number,
  layout: { transposeA?: boolean; transposeB?: boolean },
  packed: boolean,
): Check {
  const { transposeA, transposeB } = layout
  return {
    name: `gemm ${m}x${n}x${k}`,
    inputs: [m * k, k * n, n],
    size: m * n,
    run(rt, [a, b, bias], c) {
      const o = { ...layout, m, n, k, a, c, bias }
      if (!packed) return gemm(rt, { ...o, b })
      const panels = rt.heap.alloc(packedBytes(n, k))
      packB(rt, { ...o, b, panels })
      gemmPacked(rt, { ...o, b: panels })
      rt.heap.free(panels)
    },
    expected: ([a, b, bias]) =>
      Float64Array.from({ length: m * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n]
        let sum = bias[j]
        for (let p = 0; p < k; p++) sum += a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j]
        return sum
      }),
  }
}

/** A window of side x side, 2 or 3, over [size, size, channels], padded to as many; f goes through its pixels. */
function windows(size: number, channels: number, f: (at: number, pixel: number, tap: number) => void, side = 3): void {
  for (let at = 0; at < size * size; at++)
    for (let tap = 0; tap < side * side; tap++) {
      const row = Math.floor(at / size) + Math.floor(tap / side) - (side - 2)
      const column = (at % size) + (tap % side) - (side - 2)
      if (row >= 0 && row < size && column >= 0 && column < size) f(at, (row * size + column) * channels, tap)
    }
}

const square = (size: number, side = 3) => ({
  ...{
    batch: 1,
    inHeight: size,
    inWidth: size,
    outHeight: size,
    outWidth: size,
    filterHeight: side,
    filterWidth: side,
  },
  ...{ strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1, padTop: side - 2, padLeft: side - 2 },
})

/** Directly, or by Winograd's method with tiles of that size. */
function convolution(size: number, inChannels: number, outChannels: number, tile: 0 | WinogradSize): Check {
  const side = tile === 5 ? 2 : 3
  const shape = { ...square(size, side), inChannels, outChannels }
  return {
    name: `${tile === 0 ? 'conv2d' : `winograd ${tile}`} ${inChannels} to ${outChannels}`,
    inputs: [size * size * inChannels, side * side * inChannels * outChannels],
    size: size * size * outChannels,
    run(rt, [x, filter], y) {
      const panels = rt.heap.alloc(tile === 0 ? packedFilterBytes(shape) : transformedFilterBytes(shape, tile))
      if (tile === 0) {
        packFilter(rt, shape, filter, panels)
        conv2d(rt, shape, { x, panels, y })
      } else {
        transformFilter(rt, shape, tile, { filter, panels })
        winograd(rt, shape, tile, { x, panels, y })
      }
      rt.heap.free(panels)
    },
    expected([x, filter]) {
      const y = new Float64Array(size * size * outChannels)
      windows(
        size,
        inChannels,
        (at, pixel, tap) => {
          for (let i = 0; i < inChannels; i++)
            for (let o = 0; o < outChannels; o++)
              y[at * outChannels + o] += x[pixel + i] * filter[(tap * inChannels + i) * outChannels + o]
        },
        side,
      )
      return y
    },
  }
}

function depthwiseConvolution(size: number, channels: number): Check {
  return {
    name: 'depthwise',
    inputs: [size * size * channels, 9 * channels],
    size: size * size * channels,
    run: (rt, [x, filter], y) => depthwise(rt, { ...square(size), channels }, { x, filter, y }),
    expected([x, filter]) {
      const y = new Float64Array(size * size * channels)
      windows(size, channels, (at, pixel, tap) => {
        for (let c = 0; c < channels; c++) y[at * channels + c] += x[pixel + c] * filter[tap * channels + c]
      })
      return y
    },
  }
}

function pooling(size: number, channels: number): Check {
  return {
    name: 'maxPool',
    inputs: [size * size * channels],
    size: size * size * channels,
    run: (rt, [x], y) => maxPool(rt, { ...square(size), channels }, { x, y }),
    expected([x]) {
      const y = new Float64Array(size * size * channels).fill(-Infinity)
      windows(size, channels, (at, pixel) => {
        for (let c = 0; c < channels; c++) y[at * channels + c] = Math.max(y[at * channels + c], x[pixel + c])
      })
      return y
    },
  }
}

function elementWise(kernel: UnaryKernel, f: (x: number) => number): Check {
  const n = 83
  return {
    name: kernel,
    inputs: [n],
    size: n,
    run: (rt, [x], y) => runUnary(rt, kernel, 1, { x, y, n, alpha: 0, beta: 0 }),
    expected: ([x]) => Float64Array.from(x, f),
  }
}

function softmax(rows: number, columns: number): Check {
  return {
    name: 'softmax_f32',
    inputs: [rows * columns],
    size: rows * columns,
    run: (rt, [x], y) => runSoftmax(rt, 'softmax_f32', rows, { x, y, columns }),
    expected: ([x]) =>
      Float64Array.from({ length: rows * columns }, (_, i) => {
        const first = i - (i % columns)
        let sum = 0
        for (let j = first; j < first + columns; j++) sum += Math.exp(x[j] - x[i])
        return 1 / sum
      }),
  }
}

const hotKernels: readonly Check[] = [
  product(23, 61, 37, {}, false),
  product(23, 61, 37, { transposeA: true, transposeB: true }, true),
  ...[1, 2, 3, 4].map((k) => product(5, 32, k, {}, true)),
  product(4, 32, 19, {}, true),
  product(3, 40, 20, { transposeB: true }, false),
  product(2, 56, 21, {}, true),
  product(1, 45, 83, {}, false),
  product(1, 45, 83, { transposeB: true }, false),
  convolution(9, 8, 24, 0),
  convolution(13, 3, 24, 0),
  convolution(13, 1, 24, 0),
  ...[1, 2, 3].map((outs) => convolution(9, 8, outs, 0)),
  convolution(9, 8, 24, 2),
  convolution(9, 3, 24, 3),
  convolution(9, 8, 24, 4),
  convolution(9, 3, 24, 5),
  depthwiseConvolution(9, 44),
  pooling(7, 44),
  elementWise('relu_f32', (x) => Math.max(x, 0)),
  elementWise('exp_f32', Math.exp),
  elementWise('tanh_f32', Math.tanh),
  elementWise('sigmoid_f32', (x) => 1 / (1 + Math.exp(-x))),
  softmax(5, 45),
]
