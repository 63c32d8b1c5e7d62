import { expect, it } from 'vitest'
import { runTranspose } from '../generated/commands.ts'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { TRANSPOSE_STRIP } from './command.ts'
import { transposeReference } from './transpose.reference.ts'

const sizes = [0, 1, 3, 4, 5, 7, 8, 15, 16, 17, 33]

describeVariants('transpose', (lab) => {
  it.each(sizes)('transpose_32 is exact for %i rows and each number of columns, alone and batched', (rows) => {
    for (const cols of sizes) {
      for (const matrices of [1, 3]) {
        const n = matrices * rows * cols
        const x = randomF32(n, n)
        const dst = lab().out(n * 4)
        runTranspose(lab().rt, 'transpose_32', matrices * Math.ceil(cols / TRANSPOSE_STRIP), {
          src: lab().f32(x),
          dst,
          rows,
          cols,
          from: cols * 4,
          to: rows * 4,
          rank: 1,
          size: [matrices],
          outerFrom: [rows * cols * 4],
          outerTo: [rows * cols * 4],
        })
        expect(Array.from(lab().readF32(dst, n))).toEqual(transposeReference(x, matrices, rows, cols))
        lab().done()
      }
    }
  })
})
