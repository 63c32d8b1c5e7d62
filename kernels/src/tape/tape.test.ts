import { expect, it } from 'vitest'
import { batchNorm } from '../batchnorm/batchnorm.ts'
import { SCALAR_VECTOR } from '../binary/command.ts'
import { gemm, gemmPacked, packB, packedBytes } from '../gemm/gemm.ts'
import { families, runBinary, runUnary } from '../generated/commands.ts'
import { describeVariants, randomF32 } from '../runtime/lab.ts'
import { layOut } from './lifetimes.ts'
import { Buffer } from './program.ts'
import { Recorder } from './recorder.ts'
import { Space } from './space.ts'
import { Tape } from './tape.ts'

it('knows for every kernel where it writes', () => {
  for (const { name, fields } of families.filter(({ name }) => name !== 'Chain'))
    expect([name, Object.values(fields).includes('out' as never)]).toEqual([name, true])
})

const vectors = { row: 8, mode: 0, rank: 0, size: [], strideA: [], strideB: [] }

describeVariants('tape', (lab) => {
  it('replays what was recorded, on other inputs and other weights', () => {
    const { rt } = lab()
    const [m, n, k] = [3, 9, 5]
    const recorder = new Recorder(rt)
    const x = recorder.declare('input', m * k * 4)
    const w = recorder.declare('outside', k * n * 4)
    const panels = recorder.heap.alloc(packedBytes(n, k))
    packB(recorder.asRuntime, { n, k, b: w, panels })
    const y = recorder.heap.alloc(m * n * 4)
    gemmPacked(recorder.asRuntime, { m, n, k, a: x, b: panels, c: y })
    const z = recorder.heap.alloc(m * n * 4)
    runUnary(recorder, 'relu_f32', 1, { x: y, y: z, n: m * n, alpha: 0, beta: 0 })
    // Nobody reads it.
    runUnary(recorder, 'neg_f32', 1, { x: y, y: recorder.heap.alloc(m * n * 4), n: m * n, alpha: 0, beta: 0 })
    const [input, weight, result] = [x, w, z].map((address) => recorder.find(address).buffer)
    const { inUse } = rt.heap
    for (const on of [true, false]) {
      const program = { commands: [...recorder.commands], results: new Set([result]) }
      const tape = new Tape(rt, program, { dead: on, fold: on, finish: on, fuse: on, chain: on, reuse: on })
      expect(tape.length).toBe(on ? 1 : 4)
      for (let round = 0; round < 3; round++) {
        const [a, b] = [randomF32(m * k, round + 1), randomF32(k * n, round + 4)]
        if (round < 2) tape.place(weight, lab().f32(b))
        else {
          rt.f32.set(b, weight.address >>> 2)
          tape.touch(weight)
        }
        tape.prepare()
        rt.f32.set(a, input.address >>> 2)
        tape.run()
        const [pa, pb, pp] = [lab().f32(a), lab().f32(b), lab().out(packedBytes(n, k))]
        const [py, pz] = [lab().out(m * n * 4), lab().out(m * n * 4)]
        packB(rt, { n, k, b: pb, panels: pp })
        gemmPacked(rt, { m, n, k, a: pa, b: pp, c: py })
        runUnary(rt, 'relu_f32', 1, { x: py, y: pz, n: m * n, alpha: 0, beta: 0 })
        expect(lab().readF32(result.address, m * n)).toEqual(lab().readF32(pz, m * n))
      }
      tape.dispose()
      lab().done()
      expect(rt.heap.inUse).toBe(inUse)
    }
  })

  it.each([
    { what: 'a product, its normalization, relu and the smaller of 6', limit: 6, read: false, length: 1 },
    { what: 'these, but the smaller of 5', limit: 5, read: false, length: 2 },
    { what: 'nothing where the sums are read, too', limit: 6, read: true, length: 4 },
  ])('makes one command of $what', ({ limit, read, length }) => {
    const { rt } = lab()
    const [m, n, k] = [13, 32, 5]
    const bytes = m * n * 4
    const recorder = new Recorder(rt)
    const x = recorder.declare('input', m * k * 4)
    const [w, mean, variance] = [k * n, n, n].map((size) => recorder.declare('outside', size * 4))
    const panels = recorder.heap.alloc(packedBytes(n, k))
    packB(recorder.asRuntime, { n, k, b: w, panels })
    const [sums, normalized, positive, y] = [1, 2, 3, 4].map(() => recorder.heap.alloc(bytes))
    const most = recorder.declare('constant', 4)
    recorder.store(most, Float32Array.of(limit))
    gemmPacked(recorder.asRuntime, { m, n, k, a: x, b: panels, c: sums })
    const columns = { mean, variance, scale: 0, offset: 0, rows: m, channels: n, epsilon: 1e-3 }
    batchNorm(recorder.asRuntime, { x: sums, y: normalized, ...columns })
    runUnary(recorder, 'relu_f32', 1, { x: normalized, y: positive, n: m * n, alpha: 0, beta: 0 })
    const scalar = { ...vectors, row: m * n, mode: SCALAR_VECTOR }
    runBinary(recorder, 'minimum_f32', 1, { a: most, b: positive, y, n: m * n, ...scalar })
    const { inUse } = rt.heap
    const input = recorder.find(x).buffer
    const results = [y, ...(read ? [sums] : [])].map((address) => recorder.find(address).buffer)
    const program = { commands: recorder.commands, results: new Set(results) }
    const outputs = [true, false].map((finish) => {
      const tape = new Tape(rt, program, { finish, fuse: false, lean: false, chain: false })
      expect(tape.length).toBe(finish ? length : 4)
      const values = [randomF32(k * n, 1), randomF32(n, 2), randomF32(n, 3).map((v) => v * v)]
      for (const [i, address] of [w, mean, variance].entries())
        tape.place(recorder.find(address).buffer, lab().f32(values[i]))
      tape.prepare()
      rt.f32.set(
        randomF32(m * k, 4).map((v) => 9 * v),
        input.address >>> 2,
      )
      tape.run()
      const out = lab().readF32(results[0].address, m * n)
      tape.dispose()
      lab().done()
      return out
    })
    expect(outputs[0]).toEqual(outputs[1])
    expect(rt.heap.inUse).toBe(inUse)
  })

  it.each(['relu_f32', 'relu6_f32', 'elu_f32', 'leakyrelu_f32', 'sigmoid_f32', 'tanh_f32'] as const)(
    'products end with the %s that follows, to the same bits',
    (kernel) => {
      const { rt } = lab()
      for (const m of [1, 7]) {
        const [n, k] = [21, 5]
        const recorder = new Recorder(rt)
        const x = recorder.declare('input', m * k * 4)
        const w = recorder.declare('outside', k * n * 4)
        const y = recorder.heap.alloc(m * n * 4)
        gemm(recorder.asRuntime, { m, n, k, a: x, b: w, c: y })
        const z = recorder.heap.alloc(m * n * 4)
        runUnary(recorder, kernel, 1, { x: y, y: z, n: m * n, alpha: 0.3, beta: 0 })
        const [input, weight, result] = [x, w, z].map((address) => recorder.find(address).buffer)
        const placed = lab().f32(randomF32(k * n, 2))
        const outputs = [true, false].map((finish) => {
          const program = { commands: [...recorder.commands], results: new Set([result]) }
          const tape = new Tape(rt, program, { finish, chain: false })
          expect(tape.length).toBe(finish ? 1 : 2)
          tape.place(weight, placed)
          tape.prepare()
          rt.f32.set(randomF32(m * k, 1), input.address >>> 2)
          tape.run()
          const output = lab().readF32(result.address, m * n)
          tape.dispose()
          return output
        })
        expect(outputs[0]).toEqual(outputs[1])
        expect(outputs[0].some((value) => value !== 0)).toBe(true)
      }
      lab().done()
    },
  )

  it('keeps constants, and lets no two buffers in use share memory', () => {
    const { rt } = lab()
    const recorder = new Recorder(rt)
    const x = recorder.declare('input', 32)
    const one = recorder.declare('constant', 32)
    recorder.store(one, new Float32Array(8).fill(1))
    let sum = x
    const terms = [x]
    for (let i = 0; i < 20; i++) {
      const next = recorder.heap.alloc(32)
      runBinary(recorder, 'add_f32', 1, { a: terms[i >> 1], b: one, y: next, n: 8, ...vectors })
      terms.push(next)
      const total = recorder.heap.alloc(32)
      runBinary(recorder, 'add_f32', 1, { a: sum, b: next, y: total, n: 8, ...vectors })
      sum = total
    }
    const [input, result] = [x, sum].map((address) => recorder.find(address).buffer)
    const tape = new Tape(rt, { commands: [...recorder.commands], results: new Set([result]) })
    const values = [0]
    for (let i = 0; i < 20; i++) values.push(values[i >> 1] + 1)
    for (const start of [0, 5]) {
      tape.prepare()
      rt.f32.fill(start, input.address >>> 2, (input.address >>> 2) + 8)
      tape.run()
      const expected = values.reduce((a, b) => a + b) + start * 21
      expect(lab().readF32(result.address, 8)).toEqual(new Float32Array(8).fill(expected))
    }
    tape.dispose()
  })

  it('refuses JavaScript that reads or writes memory', () => {
    const recorder = new Recorder(lab().rt)
    expect(() => recorder.f32).toThrow('capture: memory')
    expect(() => recorder.asRuntime.u8).toThrow('capture: memory')
  })
})

it('lays buffers out without overlap', () => {
  const lives = new Map(
    Array.from({ length: 200 }, (_, i): [Buffer, [number, number]] => {
      const first = (i * 7919) % 100
      return [new Buffer('made', ((i * 104729) % 5000) + 1), [first, first + ((i * 31) % 20)]]
    }),
  )
  const { bytes, offsets } = layOut(lives)
  const all = [...lives]
  for (const [a, [firstA, lastA]] of all)
    for (const [b, [firstB, lastB]] of all) {
      if (a === b || lastA < firstB || lastB < firstA) continue
      const [fromA, fromB] = [offsets.get(a) as number, offsets.get(b) as number]
      expect(fromA + a.bytes <= fromB || fromB + b.bytes <= fromA).toBe(true)
      expect(Math.max(fromA + a.bytes, fromB + b.bytes)).toBeLessThanOrEqual(bytes)
    }
})

it('gives freed addresses out again, and finds the buffer of any address', () => {
  const space = new Space()
  const big = 3 * 2 ** 30
  for (let i = 0; i < 3; i++) {
    const a = space.alloc('made', big)
    const b = space.alloc('made', 100)
    expect(space.find(a + big).offset).toBe(big)
    expect(space.find(b + 50)).toEqual({ buffer: space.find(b).buffer, offset: 50 })
    expect(() => space.alloc('made', big)).toThrow('more than 4 GB')
    space.release(a)
    space.release(b)
    expect(() => space.find(b)).toThrow('was freed')
  }
})
