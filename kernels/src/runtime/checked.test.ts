import { beforeAll, describe, expect, it } from 'vitest'
import { gemm } from '../gemm/gemm.ts'
import { runFill, runGather, runSoftmax, runUnary } from '../generated/commands.ts'
import { supportedVariants } from './features.ts'
import { createRuntime, type Runtime } from './runtime.ts'

describe.each(supportedVariants())('the checked build (%s)', (variant) => {
  let rt: Runtime
  let x: number
  let y: number

  beforeAll(async () => {
    rt = await createRuntime({ variant })
    x = rt.heap.alloc(100)
    y = rt.heap.alloc(100)
    // Neighbours, so that what lies behind a block may well be another one.
    for (let i = 0; i < 8; i++) rt.heap.alloc(100)
  })

  const relu = (from: number, to: number, n: number) => () =>
    runUnary(rt, 'relu_f32', Math.ceil(n / 1024), { x: from, y: to, n, alpha: 0, beta: 0 })

  it('runs what stays inside', () => {
    rt.f32.fill(-1, x >>> 2, (x >>> 2) + 25)
    relu(x, y, 25)()
    expect(rt.f32[(y >>> 2) + 24]).toBe(0)
  })

  it('tells kernel, address and block of a read behind the end', () => {
    const wide = rt.heap.alloc(256)
    expect(relu(x, wide, 26)).toThrow(
      new RegExp(`^relu_f32 reads \\d+ bytes at \\d+, 4 bytes behind the block of 100 bytes at ${x} \\(x\\)$`),
    )
    rt.heap.free(wide)
  })

  it('tells of a write behind the end', () => {
    const wide = rt.heap.alloc(256)
    expect(relu(wide, y, 26)).toThrow(
      new RegExp(`^relu_f32 writes \\d+ bytes at \\d+, 4 bytes behind the block of 100 bytes at ${y} \\(y\\)$`),
    )
    rt.heap.free(wide)
  })

  it('tells of an access to a block that the command does not name', () => {
    const indices = rt.heap.alloc(4)
    rt.i32[indices >>> 2] = 5
    expect(() => runGather(rt, 'gather_rows', 1, { x, indices, y, outer: 1, dim: 6, n: 1, run: 64 })).toThrow(
      /^gather_rows reads \d+ bytes at \d+, \d+ bytes behind the block of 100 bytes at \d+ \(y\), in another block of 100 bytes/,
    )
    rt.heap.free(indices)
  })

  it('tells of freed memory, of memory that never was in use, and of pointer 0', () => {
    const freed = rt.heap.alloc(64)
    rt.heap.free(freed)
    expect(relu(freed, y, 4)).toThrow(new RegExp(`^relu_f32 reads .*; x, ${freed}, is in no block$`))
    expect(relu(2 ** 31, y, 4)).toThrow('relu_f32 reads 16 bytes at 2147483648')
    expect(relu(0, y, 4)).toThrow('relu_f32 reads 16 bytes at 0')
  })

  it('tells of a fill and of a copy of the engine', () => {
    expect(() => runFill(rt, 'fill', 1, { y, bytes: 4096, pattern: 0 })).toThrow(
      /^fill writes 4096 bytes at \d+, 3996 bytes behind the block of 100 bytes at \d+ \(y\)/,
    )
  })

  it('lets a kernel use scratch memory and static data, and goes on after an error', () => {
    const [a, b, c] = [64, 64, 64].map((n) => rt.heap.alloc(n * n * 4))
    rt.f32.fill(1, a >>> 2, (a >>> 2) + 64 * 64)
    rt.f32.fill(1, b >>> 2, (b >>> 2) + 64 * 64)
    expect(() => gemm(rt, { m: 65, n: 64, k: 64, a, b, c })).toThrow(/^gemm_f32 \w+ .*behind the block of 16384 bytes/)
    gemm(rt, { m: 64, n: 64, k: 64, a, b, c })
    expect(rt.f32[c >>> 2]).toBe(64)
    runUnary(rt, 'exp_f32', 1, { x: a, y: c, n: 64 * 64, alpha: 0, beta: 0 })
    runSoftmax(rt, 'softmax_f32', 64, { x: a, y: c, columns: 64 })
    expect(rt.f32[c >>> 2]).toBeCloseTo(1 / 64, 6)
    for (const at of [a, b, c]) rt.heap.free(at)
  })
})
