import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { page } from './page.ts'
import type { Data, Row } from './results.ts'

const docs = new URL('../../../docs/', import.meta.url)
const data: Data = JSON.parse(readFileSync(new URL('benchmarks.json', docs), 'utf8'))

function row(name: string, times: Record<string, number>, kernels = 'new'): Row {
  const measured = Object.entries(times).map(([engine, ms]) => ({ engine, ms, rounds: [ms] }))
  return { name, flops: 2 * 64 ** 3, date: '2020-02-02', kernels, measured }
}

const { compared } = data
const product = row('matmul 64x64x64', { lanewise: 1, 'tfjs-wasm': 1.2, 'onnxruntime-web': 3 })

test('docs/benchmarks.md is what docs/benchmarks.json says; else: npm run bench -- --page', () => {
  expect(readFileSync(new URL('benchmarks.md', docs), 'utf8')).toBe(page(data))
})

test('a target that is missed stands out, and so does what was not measured', () => {
  const text = page({
    ...data,
    kernels: 'new',
    compared: { ...compared, absent: { 'tfjs-node': 'no binary' }, rows: [product] },
  })
  expect(text).toContain('1 of 2 are reached')
  expect(text).toContain('| **1.20** (1.3) |')
  expect(text).toContain('| 3.00 (1.5) |')
  expect(text).toContain('- **matmul 64x64x64**: `lanewise` 1.20 times tfjs-wasm, not 1.3.')
  expect(text).toContain('- tfjs-node was not run: no binary.')
  expect(text).toMatch(/- Not measured: matmul 256; .*ResNet-50 224\./)
})

test('a row of other kernels than the last ones is marked', () => {
  const others = { ...row('matmul 256', { lanewise: 2 }), kernels: undefined }
  const text = page({ ...data, kernels: 'new', compared: { ...compared, rows: [product, others] } })
  expect(text).toContain('| matmul 64x64x64 |')
  expect(text).toContain('| matmul 256 ‡ |')
})

test('captured steps and threads are judged by what is asked of them', () => {
  const captured = {
    ...compared,
    memory: { bytes: 1e6, ratio: 1.4 },
    rows: [
      row('call with 1000 floats', { captured: 0.002, lanewise: 0.004 }),
      row('RNN predict 1', { captured: 0.02, lanewise: 0.05, 'onnxruntime-web': 0.024, 'tfjs-wasm': 2 }),
    ],
  }
  const threads = {
    ...compared,
    threads: 2,
    dispatch: { empty: 1.5, shared: 40, alone: 70 },
    rows: [
      {
        ...row('matmul 512', {}),
        measured: [
          { engine: '2 threads', ms: 4, rounds: [3, 4, 5] },
          { engine: '1 thread', ms: 6, rounds: [5.7, 6, 7] },
        ],
      },
    ],
  }
  const text = page({ ...data, kernels: 'new', captured, threads })
  expect(text).toContain('| RNN predict 1 | 0.0200 ms | 0.0500 ms | 0.0240 ms | 2.00 ms |')
  expect(text).toContain('| 2.50 | **1.20** (1.25) | 100 |')
  expect(text).toContain('1,000 floats in and out: 2.00 (at most 3) us')
  expect(text).toContain('two largest activations **1.40** (at most 1.3) times')
  expect(text).toMatch(/- Not measured: CNN predict 1; /)
  expect(text).toContain('| matmul 512 † | 6.00 ms | 4.00 ms | **1.50** (1.8) | 1.90 (1.8) |')
  expect(text).toContain('A command that does nothing: 1.50 (at most 2) us.')
})
