import { expect, it } from 'vitest'
import { type RandomKernel, runRandomAdvance } from '../generated/commands.ts'
import { describeVariants } from '../runtime/lab.ts'
import { NORMAL_ERROR, philoxReference, randomReference } from './random.reference.ts'
import { random } from './random.ts'

const SIZES = [0, 1, 3, 4, 5, 15, 16, 17, 31, 1023, 1024, 1025, 2051]
const SEED = [0x12345678, 0x9abcdef0, 7, 1]

it('Philox4x32-10 gives the words of its authors', () => {
  const hex = (words: number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join(' ')
  const ones = 0xffffffff
  expect(hex(philoxReference([0, 0, 0, 0], [0, 0]))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8')
  expect(hex(philoxReference([ones, ones, ones, ones], [ones, ones]))).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd')
  expect(hex(philoxReference([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]))).toBe(
    'd16cfe09 94fdcceb 5001e420 24126ea1',
  )
})

describeVariants('random', (lab) => {
  const drawn = (kernel: string, n: number, { seed = SEED, stream = 3, a = 0, b = 1 } = {}) => {
    const state = lab().i32(Int32Array.from(seed))
    const y = lab().out(n * 4)
    random(lab().rt, kernel as RandomKernel, { state, y, n, stream, a, b })
    const values = kernel === 'random_uniform_i32' ? lab().readI32(y, n) : lab().readF32(y, n)
    expect(lab().readI32(state, 4)).toEqual(Int32Array.from(seed))
    lab().done()
    return values
  }

  for (const kernel of ['random_uniform_f32', 'random_uniform_i32'])
    it(`${kernel} is exact`, () => {
      for (const n of SIZES)
        for (const [a, b] of [
          [0, 1],
          [-0.3, 0.7],
          [5, 1000],
          [-(2 ** 31), 2 ** 32],
        ]) {
          const values = drawn(kernel, n, { a, b, stream: n })
          for (let i = 0; i < n; i++)
            expect(values[i], `number ${i} of ${n}`).toBe(randomReference[kernel](i, { state: SEED, stream: n, a, b }))
        }
    })

  for (const kernel of ['random_normal_f32', 'random_truncated_f32'])
    it(`${kernel} stays within ${NORMAL_ERROR} standard deviations`, () => {
      for (const n of SIZES)
        for (const [a, b] of [
          [0, 1],
          [-3, 0.5],
        ]) {
          const values = drawn(kernel, n, { a, b })
          for (let i = 0; i < n; i++) {
            const exact = randomReference[kernel](i, { state: SEED, stream: 3, a, b })
            expect(Math.abs(values[i] - exact), `number ${i} of ${n}`).toBeLessThan(NORMAL_ERROR * b)
          }
        }
    })

  it('gives the first numbers of a longer draw', () => {
    for (const kernel of Object.keys(randomReference)) {
      const longer = drawn(kernel, 3000)
      for (const n of SIZES) expect(drawn(kernel, n)).toEqual(longer.slice(0, n))
    }
  })

  it('gives other numbers for another seed, count and stream', () => {
    const all = [
      drawn('random_uniform_f32', 64),
      drawn('random_uniform_f32', 64, { stream: 4 }),
      ...[0, 1, 2, 3].map((word) =>
        drawn('random_uniform_f32', 64, { seed: SEED.map((value, i) => (i === word ? value + 1 : value)) }),
      ),
    ]
    for (const one of all) for (const other of all) if (one !== other) expect(one).not.toEqual(other)
  })

  it('counts in two words', () => {
    for (const [low, high, then] of [
      [0, 0, [1, 0]],
      [-2, 5, [-1, 5]],
      [-1, 5, [0, 6]],
    ] as const) {
      const state = lab().i32([11, 22, low, high])
      runRandomAdvance(lab().rt, 'random_advance', 1, { state })
      expect([...lab().readI32(state, 4)]).toEqual([11, 22, ...then])
      lab().done()
    }
  })

  // Chi-square of 256 classes: above 350 once in 25,000 seeds; this one seed is fixed.
  const N = 1 << 16
  const chiSquare = (classes: ArrayLike<number>, count: number) => {
    const counts = new Array<number>(count).fill(0)
    for (let i = 0; i < classes.length; i++) counts[classes[i]]++
    const expected = classes.length / count
    return counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
  }

  it('uniform numbers fill [a, a + b) evenly, and so do pairs of neighbours', () => {
    const u = drawn('random_uniform_f32', N)
    expect(Math.min(...u.subarray(0, 9000))).toBeGreaterThanOrEqual(0)
    expect(Math.max(...u.subarray(0, 9000))).toBeLessThan(1)
    expect(
      chiSquare(
        Uint8Array.from(u, (v) => v * 256),
        256,
      ),
    ).toBeLessThan(350)
    for (const step of [1, 4, 16])
      expect(
        chiSquare(
          Uint8Array.from({ length: N - step }, (_, i) => Math.floor(u[i] * 16) * 16 + Math.floor(u[i + step] * 16)),
          256,
        ),
        `${step} apart`,
      ).toBeLessThan(350)
    const whole = drawn('random_uniform_i32', N, { a: -128, b: 256 })
    // Cutting off the fraction makes 0 of (-1, 1): as TensorFlow.js does it.
    expect(whole.filter((v) => v === 0).length).toBeGreaterThan(1.5 * whole.filter((v) => v === 5).length)
    expect(chiSquare(drawn('random_uniform_i32', N, { a: 0, b: 256 }), 256)).toBeLessThan(350)
  })

  it('normal numbers have the moments of the normal distribution', () => {
    const z = Array.from(drawn('random_normal_f32', N))
    const moment = (power: number) => z.reduce((sum, v) => sum + v ** power, 0) / N
    // Five of their standard errors.
    const error = (variance: number) => 5 * Math.sqrt(variance / N)
    expect(Math.abs(moment(1))).toBeLessThan(error(1))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(error(2))
    expect(Math.abs(moment(3))).toBeLessThan(error(15))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(error(96))
    const beyond = z.filter((v) => Math.abs(v) > 2).length / N
    expect(Math.abs(beyond - 0.0455)).toBeLessThan(error(0.0455))
  })

  it('truncated numbers stay within 2 deviations, and have their variance', () => {
    const z = Array.from(drawn('random_truncated_f32', N))
    expect(z.every((v) => Math.abs(v) <= 2)).toBe(true)
    const variance = z.reduce((sum, v) => sum + v * v, 0) / N
    // 1 - 4 phi(2) / (1 - 2 Phi(-2))
    expect(Math.abs(variance - 0.77374)).toBeLessThan(0.02)
  })
})
