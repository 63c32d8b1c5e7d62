import { expect, it } from 'vitest'
import { runUnary } from '../generated/commands.ts'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { unaryReference } from './unary.reference.ts'

describeVariants('unary', (lab) => {
  for (const kernel of Object.keys(unaryReference) as (keyof typeof unaryReference)[]) {
    it.each([0, 1, 3, 4, 5, 1023, 1024, 1025, 2051])(`${kernel} is exact at n = %i`, (n) => {
      const x = randomF32(n, n)
      const y = lab().out(n * 4)
      runUnary(lab().rt, kernel, Math.ceil(n / 1024), { x: lab().f32(x), y, n })
      expect(lab().readF32(y, n)).toEqual(x.map(unaryReference[kernel]))
      lab().done()
    })
  }
})
