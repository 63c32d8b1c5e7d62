import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { rows } from './rows.ts'
import { page } from './table.ts'

it('docs/kernels.md says what the code does (npm run docs writes it)', async () => {
  const file = new URL('../../../docs/kernels.md', import.meta.url)
  expect(readFileSync(file, 'utf8')).toBe(page(await rows()))
})

it('has a row for every kernel of backend-cpu and our own', async () => {
  const all = await rows()
  expect(all).toHaveLength(172 + 4)
  expect(all.find(({ kernel }) => kernel === 'GatherV2')).toMatchObject({
    native: true,
    dtypes: ['float32', 'int32', 'bool'],
    ops: ['gather'],
    gradient: expect.arrayContaining(['UnsortedSegmentSum']),
  })
  expect(all.find(({ kernel }) => kernel === 'LogicalAnd')).toMatchObject({ dtypes: ['bool'], gradient: undefined })
  expect(all.find(({ kernel }) => kernel === 'MaxPool')?.gradient).toContain('MaxPoolGrad')
  expect(all.find(({ kernel }) => kernel === 'FFT')).toMatchObject({ native: false, dtypes: [], ops: [] })
})
