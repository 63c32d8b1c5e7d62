import { expect, it } from 'vitest'
import { type Conv2dShape, conv2d, packedFilterBytes, packFilter } from '../conv2d/conv2d.ts'
import { type DepthwiseShape, depthwise } from '../depthwise/depthwise.ts'
import { runBatchNorm, runUnary } from '../generated/commands.ts'
import { describeVariants, type Lab, randomF32 } from '../runtime/lab.ts'
import { transformedFilterBytes, transformFilter, winograd } from '../winograd/winograd.ts'
import { type GemmOptions, gemm, gemmPacked, packB, packedBytes } from './gemm.ts'

type End = Pick<GemmOptions, 'bias' | 'activation' | 'tables'>

const activations = [undefined, 'relu', 'relu6', 'tanh', 'sigmoid'] as const

/** Runs `multiply`, which makes `rows` x `columns` numbers, with normalization at its end, and with both behind it. */
function expectSame(lab: Lab, rows: number, columns: number, multiply: (y: number, end: End) => void): void {
  const { rt } = lab
  const n = rows * columns
  const bias = lab.f32(randomF32(columns, 7))
  const tables = lab.f32(randomF32(2 * columns, 8).map((v) => 3 * v))
  const [y, sums, normalized, expected] = [1, 2, 3, 4].map(() => lab.out(n * 4))
  multiply(sums, { bias })
  runBatchNorm(rt, 'batchnorm_f32', rows, { x: sums, tables, y: normalized, channels: columns, period: columns })
  for (const activation of activations) {
    const act = activation === undefined ? undefined : (`${activation}_f32` as const)
    const o = { x: normalized, y: expected, n, alpha: 0, beta: 0 }
    if (act) runUnary(rt, act, Math.ceil(n / 1024), o)
    multiply(y, { bias, tables, activation })
    expect(lab.readF32(y, n), activation).toEqual(lab.readF32(act ? expected : normalized, n))
    if (act === undefined) continue
    runUnary(rt, act, Math.ceil(n / 1024), { ...o, x: sums })
    multiply(y, { bias, activation })
    expect(lab.readF32(y, n), activation).toEqual(lab.readF32(expected, n))
  }
  lab.done()
}

describeVariants('batch normalization behind a sum', (lab) => {
  it.each([
    [2, 8, 3],
    [3, 7, 0],
    [7, 33, 17],
    [61, 70, 5],
    [125, 9, 40],
    [121, 400, 12],
    [9, 72, 1025],
  ])('gives the bits of a normalization of its own: product of %i x %i x %i', (m, n, k) => {
    for (const packed of [false, true])
      for (const transposeA of [false, true]) {
        const [a, b] = [lab().f32(randomF32(m * k, 1)), lab().f32(randomF32(k * n, 2))]
        const panels = lab().out(packedBytes(n, k))
        packB(lab().rt, { n, k, b, panels })
        expectSame(lab(), m, n, (c, end) => {
          if (packed) gemmPacked(lab().rt, { m, n, k, a, b: panels, c, transposeA, ...end })
          else gemm(lab().rt, { m, n, k, a, b, c, transposeA, ...end })
        })
      }
  })

  it.each([
    { inChannels: 3, outChannels: 13 },
    { inChannels: 9, outChannels: 24 },
    { inChannels: 9, outChannels: 5 },
  ])('gives the bits of a normalization of its own: convolution %o', (channels) => {
    const s: Conv2dShape = {
      ...{ batch: 2, inHeight: 9, inWidth: 8, outHeight: 9, outWidth: 8, ...channels },
      ...{ filterHeight: 3, filterWidth: 3, strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1 },
      ...{ padTop: 1, padLeft: 1 },
    }
    const numbers = () => [
      lab().f32(randomF32(2 * 9 * 8 * channels.inChannels, 1)),
      lab().f32(randomF32(9 * channels.inChannels * channels.outChannels, 2)),
    ]
    const { rt } = lab()
    const [x, filter] = numbers()
    const panels = lab().out(packedFilterBytes(s))
    packFilter(rt, s, filter, panels)
    expectSame(lab(), 144, channels.outChannels, (y, end) => conv2d(rt, s, { x, panels, y, ...end }))
    for (const size of [2, 3, 4] as const) {
      const [x, filter] = numbers()
      const panels = lab().out(transformedFilterBytes(s, size))
      transformFilter(rt, s, size, { filter, panels })
      expectSame(lab(), 144, channels.outChannels, (y, end) => winograd(rt, s, size, { x, panels, y, ...end }))
    }
  })

  it.each([1, 3])('gives the bits of a normalization of its own: depthwise, %i of a channel', (multiplier) => {
    const channels = 13
    const s: DepthwiseShape = {
      ...{ batch: 2, inHeight: 7, inWidth: 8, outHeight: 7, outWidth: 8, channels, multiplier },
      ...{ filterHeight: 3, filterWidth: 3, strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1 },
      ...{ padTop: 1, padLeft: 1 },
    }
    const x = lab().f32(randomF32(2 * 7 * 8 * channels, 1))
    const filter = lab().f32(randomF32(9 * channels * multiplier, 2))
    expectSame(lab(), 112, channels * multiplier, (y, end) => depthwise(lab().rt, s, { x, filter, y, ...end }))
  })
})
