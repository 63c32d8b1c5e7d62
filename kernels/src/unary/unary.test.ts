import { expect, it } from 'vitest'
import type { UnaryKernel, UnaryToBoolKernel } from '../generated/commands.ts'
import { describeVariants, randomF32, ulpError } from '../runtime/lab.ts'
import { ALPHA, BETA, unaryInt32Reference, unaryReference, unaryToBoolReference } from './unary.reference.ts'
import { unary, unaryToBool } from './unary.ts'

const SIZES = [0, 1, 3, 4, 5, 15, 16, 17, 1023, 1024, 1025, 2051]
const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 0.5, -0.5, 1.5, -1.5, 2.5, 1e-40, -1e-40, 3e38, -3e38, 6, 8388609]

/** Random numbers with special ones among them, at ever other lanes. */
function mixed(n: number): Float32Array {
  return randomF32(n, n, -9, 9).map((x, i) => (i % 3 === 2 ? SPECIAL[Math.floor(i / 3) % SPECIAL.length] : x))
}

describeVariants('unary', (lab) => {
  const run = (kernel: string, x: number, y: number, n: number) =>
    unary(lab().rt, kernel as UnaryKernel, x, y, n, ALPHA, BETA)
  const test = (kernel: string, x: number, y: number, n: number) =>
    unaryToBool(lab().rt, kernel as UnaryToBoolKernel, x, y, n)

  for (const [name, { exact, ulp }] of Object.entries(unaryReference)) {
    it(`${name} stays within ${ulp} ulp, in place too`, () => {
      for (const n of SIZES) {
        const x = mixed(n)
        const y = lab().out(n * 4)
        const z = lab().f32(x)
        run(name, z, y, n)
        run(name, z, z, n)
        const actual = lab().readF32(y, n)
        for (let i = 0; i < n; i++) {
          const error = ulpError(actual[i], exact(x[i]))
          if (!(error <= ulp)) expect.fail(`${name}(${x[i]}) is ${actual[i]}, not ${exact(x[i])}: n ${n}, ${error} ulp`)
        }
        expect(lab().readI32(z, n)).toEqual(lab().readI32(y, n))
        lab().done()
      }
    })
  }

  for (const [name, exact] of Object.entries(unaryInt32Reference)) {
    it(`${name} is exact and wraps`, () => {
      for (const n of SIZES) {
        const random = randomF32(n, n, -100, 100)
        const x = Int32Array.from(random, (v, i) => (i % 5 === 4 ? -(2 ** 31) : i % 3 ? v : v * 1e7))
        const y = lab().out(n * 4)
        run(name, lab().i32(x), y, n)
        expect(lab().readI32(y, n)).toEqual(x.map(exact))
        lab().done()
      }
    })
  }

  for (const [name, exact] of Object.entries(unaryToBoolReference)) {
    it(name, () => {
      for (const n of SIZES) {
        const x = mixed(n)
        const y = lab().out(n)
        test(name, lab().f32(x), y, n)
        expect(lab().readU8(y, n)).toEqual(Uint8Array.from(x, (v) => Number(exact(v))))
        lab().done()
      }
    })
  }

  it('logical_not', () => {
    for (const n of SIZES) {
      const x = Uint8Array.from(randomF32(n, n), (v) => Number(v > 0))
      const y = lab().out(n)
      test('logical_not', lab().u8(x), y, n)
      expect(lab().readU8(y, n)).toEqual(x.map((v) => 1 - v))
      lab().done()
    }
  })
})
