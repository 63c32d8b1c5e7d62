import { expect, it } from 'vitest'
import { runUnary } from '../generated/commands.ts'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { Recorder } from '../tape/recorder.ts'
import { Tape } from '../tape/tape.ts'

const KERNELS = ['neg_f32', 'exp_f32', 'square_f32', 'sqrt_f32'] as const

describeVariants('chain', (lab) => {
  for (const n of [1, 1023, 1024, 1025, 5000])
    it(`of ${KERNELS.length} commands over ${n} numbers gives what they give one after the other, bit for bit`, () => {
      const { rt } = lab()
      const items = Math.ceil(n / 1024)
      const recorder = new Recorder(rt)
      const x = recorder.declare('input', n * 4)
      let last = x
      for (const kernel of KERNELS) {
        const y = recorder.heap.alloc(n * 4)
        runUnary(recorder, kernel, items, { x: last, y, n, alpha: 0, beta: 0 })
        last = y
      }
      const [input, result] = [x, last].map((address) => recorder.find(address).buffer)
      const tape = new Tape(rt, { commands: recorder.commands, results: new Set([result]) })
      expect(tape.length).toBe(n > 1024 ? 1 : KERNELS.length)
      const values = randomF32(n, 1)
      const [a, b] = [lab().f32(values), lab().out(n * 4)]
      for (const [i, kernel] of KERNELS.entries())
        runUnary(rt, kernel, items, { x: i === 0 ? a : b, y: b, n, alpha: 0, beta: 0 })
      tape.prepare()
      rt.f32.set(values, input.address >>> 2)
      tape.run()
      expect(lab().readF32(result.address, n)).toEqual(lab().readF32(b, n))
      tape.dispose()
      lab().done()
    })
})
