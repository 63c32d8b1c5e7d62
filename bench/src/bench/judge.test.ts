import { expect, test } from 'vitest'
import { disturbance, gigaflops, judge, marks, ratio, shareOfPeak } from './judge.ts'
import { PEAK_FLOPS } from './peak.ts'
import type { Row } from './results.ts'

/** A row of 1 MFLOP by the milliseconds of each engine. */
function row(name: string, times: Record<string, number>): Row {
  const measured = Object.entries(times).map(([engine, ms]) => ({ engine, ms, rounds: [ms] }))
  return { name, flops: 1e6, date: '2020-02-02', measured }
}

const product = row('product', {
  lanewise: 0.02,
  wide: 0.01,
  'tfjs-wasm': 0.03,
  'peak 128': PEAK_FLOPS / 64e6,
  'peak 256': PEAK_FLOPS / 128e6,
})

test('speeds are in GFLOP/s, of the peak of the same width', () => {
  expect(gigaflops(product, 'lanewise')).toBeCloseTo(50)
  expect(gigaflops(product, 'peak 256')).toBeCloseTo(128)
  expect(gigaflops({ ...product, flops: undefined }, 'lanewise')).toBeUndefined()
  expect(shareOfPeak(product, 'lanewise')).toBeCloseTo(50 / 64)
  expect(shareOfPeak(product, 'wide')).toBeCloseTo(100 / 128)
})

test('a target is reached or missed, or not measured', () => {
  expect(ratio(product, 'wide', 'tfjs-wasm')).toBeCloseTo(3)
  expect(
    judge(product, {
      'tfjs-wasm': { narrow: 1.5, wide: 3.1 },
      'onnxruntime-web': { narrow: 1.5 },
      peak: { narrow: 0.5 },
    }).map(({ mode, against, reached }) => [mode, against, reached]),
  ).toEqual([
    ['lanewise', 'tfjs-wasm', true],
    ['wide', 'tfjs-wasm', false],
    ['lanewise', 'onnxruntime-web', undefined],
    ['lanewise', 'peak', true],
  ])
  expect(judge(product)).toEqual([])
})

test('a row is disturbed by what its peak and its medians say', () => {
  expect(disturbance(product, [product])).toBe(1)
  const slower = row('slower', { lanewise: 0.02, 'peak 128': PEAK_FLOPS / 51.2e6 })
  expect(disturbance(slower, [product, slower])).toBeCloseTo(1.25)
  const [lanewise, ...others] = product.measured
  const uneven = { ...product, measured: [{ ...lanewise, rounds: [0.02, 0.016, 0.03] }, ...others] }
  expect(disturbance(uneven, [product, uneven])).toBeCloseTo(1.25)
})

test('a core that was fast for one row disturbs no other', () => {
  const at = (gigaflops: number) => row(`${gigaflops}`, { lanewise: 0.02, 'peak 128': PEAK_FLOPS / (gigaflops * 1e6) })
  const rows = [72, 60, 60, 59, 58].map(at)
  expect(rows.map((row) => disturbance(row, rows) > 1.1)).toEqual([false, false, false, false, false])
})

test('a row is marked where it was disturbed, and where it is of other kernels', () => {
  const slower = { ...row('slower', { 'peak 128': PEAK_FLOPS / 51.2e6 }), kernels: 'old' }
  const rows = [product, slower]
  expect(marks(slower, rows)).toBe(' †')
  expect(marks(slower, rows, 'new')).toBe(' †‡')
  expect(marks({ ...product, kernels: 'old' }, rows, 'new')).toBe(' ‡')
  expect(marks({ ...product, kernels: 'new' }, rows, 'new')).toBe('')
})
