import { expect, it } from 'vitest'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { flatReference } from './flat.reference.ts'
import { flatIndices } from './flat.ts'

describeVariants('flat_indices', (lab) => {
  for (const shape of [[], [7], [3, 5], [2, 1, 4], [2, 3, 2, 3, 2, 3], [0, 4]])
    it(`names the slices of [${shape}]`, () => {
      const strides = shape.map((_, j) => shape.slice(j + 1).reduce((a, b) => a * b, 1))
      for (const n of [0, 1, 2, 255, 256, 257, 600]) {
        const size = n * shape.length
        const random = randomF32(size, n + 1, -0.05, 1.05)
        const rows = Int32Array.from(random, (v, i) => Math.floor(v * shape[i % shape.length]))
        if (size > 3) rows[3] = -(2 ** 31)
        const y = lab().out(n * 4)
        flatIndices(lab().rt, { indices: lab().i32(rows), y, n, shape, strides })
        expect([...lab().readI32(y, n)]).toEqual(flatReference(rows, n, shape, strides))
        lab().done()
      }
    })

  it('refuses more dimensions than a command holds', () => {
    const many = [1, 1, 1, 1, 1, 1, 1]
    expect(() => flatIndices(lab().rt, { indices: 64, y: 64, n: 0, shape: many, strides: many })).toThrow(
      'flatIndices: strides: 7 for a shape of 7; as many are allowed, up to 6',
    )
  })
})
