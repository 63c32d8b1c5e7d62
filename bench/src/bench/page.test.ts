import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { page } from './page.ts'
import type { Results } from './results.ts'

const docs = new URL('../../../docs/', import.meta.url)
const results: Results = JSON.parse(readFileSync(new URL('benchmarks.json', docs), 'utf8'))

test('docs/benchmarks.md is what docs/benchmarks.json says; else: npm run bench -- --page', () => {
  expect(readFileSync(new URL('benchmarks.md', docs), 'utf8')).toBe(page(results))
})

test('a target that is missed stands out, and so does what was not measured', () => {
  const measured = [
    { engine: 'lanewise', ms: 1, rounds: [1] },
    { engine: 'tfjs-wasm', ms: 1.2, rounds: [1.2] },
    { engine: 'onnxruntime-web', ms: 3, rounds: [3] },
  ]
  const text = page({
    ...results,
    absent: { 'tfjs-node': 'no binary' },
    rows: [{ name: 'matmul 64x64x64', flops: 2 * 64 ** 3, date: '2020-02-02', measured }],
  })
  expect(text).toContain('1 of 2 are reached')
  expect(text).toContain('| **1.20** (1.3) |')
  expect(text).toContain('| 3.00 (1.5) |')
  expect(text).toContain('- **matmul 64x64x64**: `lanewise` 1.20 times tfjs-wasm, not 1.3.')
  expect(text).toContain('- tfjs-node was not run: no binary.')
  expect(text).toMatch(/- Not measured: matmul 256; .*ResNet-50 224\./)
})
