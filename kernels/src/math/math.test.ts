import { expect, it } from 'vitest'
import { runUnary } from '../generated/commands.ts'
import { describeVariants, ulpError } from '../runtime/lab.ts'
import { mathReference } from './math.reference.ts'

const N = 1 << 16
/** Prime, so that a walk over all bit patterns meets every exponent with ever other mantissas. */
const STRIDE = 4093

type Name = keyof typeof mathReference

const SPECIAL = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  10,
  -10,
  Infinity,
  -Infinity,
  NaN,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  -(2 ** -126),
  2 ** -127,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  88.72283,
  88.72284,
  -87.33654,
  -87.33655,
  -103.97207,
  -103.97208,
  -103.9721,
  -1 + 2 ** -24,
  -1 - 2 ** -23,
  1 - 2 ** -24,
  1 + 2 ** -23,
  2.4061597e38,
  1.7014117e38,
  16777216,
]

describeVariants('math', (lab) => {
  for (const name of Object.keys(mathReference) as Name[]) {
    const { exact, ulp } = mathReference[name]

    it(`${name} stays within ${ulp} ulp over the whole float range`, () => {
      const { rt } = lab()
      const x = lab().out(N * 4)
      const y = lab().out(N * 4)
      let worst = 0
      let at = 0
      for (let bits = 0; bits < 2 ** 32; bits += N * STRIDE) {
        for (let i = 0; i < N; i++) rt.i32[(x >>> 2) + i] = bits + i * STRIDE
        runUnary(rt, name, N / 1024, { x, y, n: N, alpha: 0, beta: 0 })
        for (let i = 0; i < N; i++) {
          const error = ulpError(rt.f32[(y >>> 2) + i], exact(rt.f32[(x >>> 2) + i]))
          if (error > worst) {
            worst = error
            at = rt.f32[(x >>> 2) + i]
          }
        }
      }
      lab().done()
      expect(worst, `at ${at}`).toBeLessThan(ulp)
    })

    it(`${name} keeps NaN, infinities, zeros, denormals and thresholds`, () => {
      const x = Float32Array.from(SPECIAL)
      const y = lab().out(x.byteLength)
      runUnary(lab().rt, name, 1, { x: lab().f32(x), y, n: x.length, alpha: 0, beta: 0 })
      const actual = lab().readF32(y, x.length)
      lab().done()
      x.forEach((v, i) => {
        const expected = Math.fround(exact(v))
        expect(ulpError(actual[i], exact(v)), `${name}(${v}) = ${actual[i]}, not ${expected}`).toBeLessThan(ulp)
        if (expected === 0) expect(actual[i], `${name}(${v})`).toBe(expected)
      })
    })
  }
})
