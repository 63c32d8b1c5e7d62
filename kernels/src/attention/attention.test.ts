import { expect, it } from 'vitest'
import { describeVariants, type Lab, maxRelativeError, randomF32 } from '../runtime/lab.ts'
import { SCRATCH_BYTES } from '../runtime/runtime.ts'
import {
  ATTENTION_GRAD_TOLERANCE,
  ATTENTION_TOLERANCE,
  type AttentionCase,
  attentionGradReference,
  attentionReference,
} from './attention.reference.ts'
import {
  type AttentionBlocks,
  type AttentionMask,
  type AttentionProblem,
  attention,
  attentionBlocks,
  attentionGrad,
  type RowStrides,
} from './attention.ts'

type Layout = 'heads first' | 'steps first'

/** How [batch, heads, steps, dim] lies in memory. */
function stridesOf(layout: Layout, heads: number, steps: number, dim: number): RowStrides {
  return layout === 'heads first'
    ? [heads * steps * dim * 4, steps * dim * 4, dim * 4]
    : [heads * steps * dim * 4, dim * 4, heads * dim * 4]
}

function permute(values: ArrayLike<number>, c: AttentionCase, steps: number, dim: number, layout: Layout) {
  const laid = new Float32Array(values.length)
  const [b, h, s] = stridesOf(layout, c.heads, steps, dim)
  for (let i = 0; i < values.length; i++) {
    const d = i % dim
    const step = Math.floor(i / dim) % steps
    const head = Math.floor(i / dim / steps) % c.heads
    const batch = Math.floor(i / dim / steps / c.heads)
    laid[(batch * b + head * h + step * s) / 4 + d] = values[i]
  }
  return laid
}

function unpermute(laid: Float32Array, c: AttentionCase, steps: number, dim: number, layout: Layout) {
  const order = permute(
    Float32Array.from(laid, (_, i) => i),
    c,
    steps,
    dim,
    layout,
  )
  const values = new Float32Array(laid.length)
  for (let i = 0; i < laid.length; i++) values[order[i]] = laid[i]
  return values
}

function randomCase(sizes: Partial<AttentionCase>): AttentionCase {
  const c = { batch: 2, heads: 2, queries: 5, keys: 7, dim: 6, valueDim: 5, scale: 0.6, ...sizes }
  const count = (steps: number, dim: number) => c.batch * c.heads * steps * dim
  return {
    q: randomF32(count(c.queries, c.dim), 1, -2, 2),
    k: randomF32(count(c.keys, c.dim), 2, -2, 2),
    v: randomF32(count(c.keys, c.valueDim), 3),
    ...c,
  }
}

interface Options {
  layout?: Layout
  blocks?: AttentionBlocks
  wantScores?: boolean
}

function maskOf(lab: Lab, c: AttentionCase): AttentionMask | undefined {
  const { batch, heads, queries, keys } = c
  const all = Array.from({ length: batch * heads * queries * keys }, (_, i) => {
    const row = Math.floor(i / keys)
    return [Math.floor(row / queries / heads), Math.floor(row / queries) % heads, row % queries, i % keys] as const
  })
  const strides = (bytes: number): RowStrides => [heads * queries * keys * bytes, queries * keys * bytes, keys * bytes]
  if (c.visible) {
    const ptr = lab.u8(all.map((at) => (c.visible?.(...at) ? 1 : 0)))
    return { kind: 'bool', ptr, strides: strides(1) }
  }
  if (c.bias) return { kind: 'add', ptr: lab.f32(all.map((at) => c.bias?.(...at) ?? 0)), strides: strides(4) }
  return undefined
}

function problemOf(lab: Lab, c: AttentionCase, { layout = 'heads first', wantScores = true }: Options = {}) {
  const { batch, heads, queries, keys, dim, valueDim, scale, causal } = c
  const tensor = (values: ArrayLike<number>, steps: number, width: number) => ({
    ptr: lab.f32(permute(values, c, steps, width, layout)),
    strides: stridesOf(layout, heads, steps, width),
  })
  const rows = batch * heads * queries
  const problem: AttentionProblem = {
    ...{ batch, heads, queries, keys, dim, valueDim, scale, causal },
    q: tensor(c.q, queries, dim),
    k: tensor(c.k, keys, dim),
    v: tensor(c.v, keys, valueDim),
    mask: maskOf(lab, c),
    out: { ptr: lab.out(rows * valueDim * 4), strides: stridesOf(layout, heads, queries, valueDim) },
    stats: lab.out(rows * 8),
    scores: wantScores ? lab.out(rows * keys * 4) : undefined,
  }
  return problem
}

/** Relative to the largest expected magnitude, and 0.1 at least: where there is one key, gradients cancel to 0. */
function error(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const floor = Array.from(expected).reduce((max, x) => Math.max(max, Math.abs(x)), 0.1)
  return maxRelativeError(actual, expected, floor)
}

function check(lab: Lab, c: AttentionCase, options: Options = {}): void {
  const { layout = 'heads first', blocks } = options
  const { batch, heads, queries, keys, dim, valueDim } = c
  const rows = batch * heads * queries
  const p = problemOf(lab, c, options)
  attention(lab.rt, p, blocks)
  const expected = attentionReference(c)
  const out = unpermute(lab.readF32(p.out.ptr, rows * valueDim), c, queries, valueDim, layout)
  expect(error(out, expected.out)).toBeLessThan(ATTENTION_TOLERANCE)
  if (p.scores) expect(error(lab.readF32(p.scores, rows * keys), expected.scores)).toBeLessThan(ATTENTION_TOLERANCE)

  const dOut = randomF32(rows * valueDim, 4)
  const dScores = p.scores ? randomF32(rows * keys, 5) : undefined
  const grad = {
    ...p,
    dOut: lab.f32(permute(dOut, c, queries, valueDim, layout)),
    dScores: dScores && lab.f32(dScores),
    dq: lab.out(c.q.length * 4),
    dk: lab.out(c.k.length * 4),
    dv: lab.out(c.v.length * 4),
  }
  attentionGrad(lab.rt, grad, blocks)
  const wanted = attentionGradReference(c, dOut, dScores)
  const read = (ptr: number, steps: number, width: number) =>
    unpermute(lab.readF32(ptr, batch * heads * steps * width), c, steps, width, layout)
  expect(error(read(grad.dq, queries, dim), wanted.dq)).toBeLessThan(ATTENTION_GRAD_TOLERANCE)
  expect(error(read(grad.dk, keys, dim), wanted.dk)).toBeLessThan(ATTENTION_GRAD_TOLERANCE)
  expect(error(read(grad.dv, keys, valueDim), wanted.dv)).toBeLessThan(ATTENTION_GRAD_TOLERANCE)
  lab.done()
}

const precision = `to ${ATTENTION_TOLERANCE}, gradients to ${ATTENTION_GRAD_TOLERANCE},`

describeVariants('attention_f32 and attention_grad_f32', (lab) => {
  for (const queries of [1, 3, 4, 5, 47, 48, 49, 97])
    it.each([1, 2, 7, 8, 9, 31, 33])(`are right ${precision} for ${queries} queries and %i keys`, (keys) =>
      check(lab(), randomCase({ queries, keys })),
    )

  for (const dim of [1, 3, 4, 5, 7, 8, 9, 33])
    it.each([1, 3, 7, 8, 9, 17])(`are right ${precision} for vectors of ${dim} and %i`, (valueDim) =>
      check(lab(), randomCase({ dim, valueDim, scale: 1 / Math.sqrt(dim) })),
    )

  for (const layout of ['heads first', 'steps first'] as const)
    it.each([1, 3, 4])(`read strides: ${layout}, %i heads`, (heads) =>
      check(lab(), randomCase({ heads, queries: 9, keys: 11, dim: 12, valueDim: 10 }), { layout }),
    )

  for (const block of [8, 16, 24])
    it.each([
      { rows: 4, queries: 13, keys: 23 },
      { rows: 8, queries: 8, keys: 24 },
      { rows: 12, queries: 25, keys: 25 },
      { rows: 16, queries: 33, keys: 49 },
    ])(`are right ${precision} in blocks of ${block} keys and $rows of $queries queries`, ({ rows, queries, keys }) => {
      const blocks = { rows, block }
      check(lab(), randomCase({ queries, keys }), { blocks })
      check(lab(), randomCase({ queries, keys, causal: true }), { blocks, wantScores: false })
      check(lab(), randomCase({ queries, keys, visible: (_b, _h, i, j) => (i * 7 + j * 5) % 3 > 0 }), { blocks })
    })

  it.each([
    [1, 1],
    [7, 9],
    [9, 7],
    [50, 50],
    [64, 96],
    [99, 64],
  ])('hide later keys where causal: %i queries, %i keys', (queries, keys) =>
    check(lab(), randomCase({ queries, keys, causal: true })),
  )

  it.each([1, 3, 4, 5, 8, 13])('leave out %i keys of padding', (length) =>
    check(lab(), randomCase({ keys: 13, visible: (b, _h, _i, j) => j < length - b })),
  )

  it('weigh all keys alike in a row that sees none, causal too', () => {
    const visible = (b: number, h: number, i: number, j: number) => b !== 1 && !(h === 1 && i === 4) && j > 1
    for (const blocks of [undefined, { rows: 4, block: 8 }])
      for (const causal of [false, true])
        check(lab(), randomCase({ queries: 11, keys: 19, causal, visible }), { blocks })
  })

  it('add a bias, -Infinity included', () => {
    check(lab(), randomCase({ queries: 9, keys: 21, bias: (b, h, i, j) => Math.sin(b + 2 * h + 3 * i + 5 * j) }))
    check(lab(), randomCase({ queries: 9, keys: 21, bias: (_b, _h, i, j) => (i < 2 || j % 3 ? -Infinity : 0.5) }))
  })

  it('read a mask that is shared by heads and queries', () => {
    const c = randomCase({ queries: 6, keys: 10, visible: (b, _h, _i, j) => (j + b) % 4 !== 0 })
    const p = problemOf(lab(), c)
    p.mask = {
      kind: 'bool',
      ptr: lab().u8([0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1]),
      strides: [10, 0, 0],
    }
    // Keys (j + 1) % 4 of the second batch entry.
    lab().rt.u8.set([1, 1, 1, 0, 1, 1, 1, 0, 1, 1], p.mask.ptr + 10)
    attention(lab().rt, p)
    const out = lab().readF32(p.out.ptr, c.batch * c.heads * 6 * c.valueDim)
    expect(error(out, attentionReference(c).out)).toBeLessThan(ATTENTION_TOLERANCE)
    lab().done()
  })

  it('do not overflow on scores of 1e4 and more', () => {
    for (const size of [1e2, 1e4, 1e18]) {
      const c = randomCase({ queries: 3, keys: 9, dim: 4, scale: 1 })
      c.q = Float32Array.from(c.q, (x) => x * size)
      const p = problemOf(lab(), c)
      attention(lab().rt, p)
      const out = lab().readF32(p.out.ptr, c.batch * c.heads * 3 * c.valueDim)
      // The weights are as exact as the scores, which carry an error of size * 2^-23.
      if (size === 1e2) expect(error(out, attentionReference(c).out)).toBeLessThan(1e-4)
      expect(out.every((x) => Math.abs(x) <= 1)).toBe(true)
      lab().done()
    }
  })

  it('pass a NaN on to its own row alone', () => {
    const c = randomCase({ batch: 1, heads: 1, queries: 6, keys: 9 })
    c.q = Float32Array.from(c.q, (x, i) => (i === 2 * c.dim ? Number.NaN : x))
    const p = problemOf(lab(), c)
    attention(lab().rt, p)
    const out = lab().readF32(p.out.ptr, 6 * c.valueDim)
    expect(Array.from(out, Number.isNaN)).toEqual(Array.from(out, (_, i) => Math.floor(i / c.valueDim) === 2))
    lab().done()
  })

  it('make a row NaN where its visible scores all are -Infinity, but not where none is visible', () => {
    for (const visible of [undefined, (_b: number, _h: number, i: number, j: number) => j > 6 && i < 3])
      for (const bias of [
        undefined,
        (_b: number, _h: number, i: number, j: number) => (i < 3 && j > 5 ? 0 : -Infinity),
      ]) {
        if (visible && bias) continue
        const c = randomCase({ batch: 1, heads: 1, queries: 5, keys: 9, visible, bias })
        c.q = Float32Array.from(c.q, (x, i) => (Math.floor(i / c.dim) === 3 ? x : -Infinity))
        c.k = Float32Array.from(c.k, Math.abs)
        const p = problemOf(lab(), c)
        attention(lab().rt, p)
        const out = lab().readF32(p.out.ptr, 5 * c.valueDim)
        const nan = (row: number) => row !== 3 && (row !== 4 || !(visible ?? bias))
        expect(Array.from(out, Number.isNaN)).toEqual(Array.from(out, (_, i) => nan(Math.floor(i / c.valueDim))))
        lab().done()
      }
  })

  it('state vectors that are too long for the scratch memory', () => {
    expect(attentionBlocks('attention_f32', { queries: 1, keys: 1, dim: 200_000, valueDim: 1 })).toBeUndefined()
    const p = { ...problemOf(lab(), randomCase({})), dim: 200_000 }
    expect(() => attention(lab().rt, p)).toThrow('vectors of 200000 and 5 elements')
    lab().done()
  })

  it('stay within the scratch memory', () => {
    const { rt } = lab()
    const scratch = rt.heap.alloc(SCRATCH_BYTES + 64)
    const { exports } = rt as unknown as { exports: { setScratch(ptr: number): void } }
    exports.setScratch(scratch)
    rt.u8.fill(0x5a, scratch + SCRATCH_BYTES, scratch + SCRATCH_BYTES + 64)
    for (const [queries, keys, dim, valueDim] of [
      [50, 1200, 64, 64],
      [3, 40, 1500, 1400],
      [5, 30, 5000, 20],
    ])
      check(lab(), randomCase({ batch: 1, heads: 1, queries, keys, dim, valueDim, scale: 1 / Math.sqrt(dim) }))
    expect(rt.u8.slice(scratch + SCRATCH_BYTES, scratch + SCRATCH_BYTES + 64).every((x) => x === 0x5a)).toBe(true)
  })
})
