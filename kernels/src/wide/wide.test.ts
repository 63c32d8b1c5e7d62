import { describe, expect, it } from 'vitest'
import { gemm } from '../gemm/gemm.ts'
import { WIDE_TILES } from '../gemm/layouts.ts'
import { kernelIds } from '../generated/commands.ts'
import { HEADER_WORDS } from '../runtime/command.ts'
import { supportedVariants } from '../runtime/features.ts'
import { randomF32 } from '../runtime/lab.ts'
import { createRuntime, type Runtime } from '../runtime/runtime.ts'
import { layouts } from '../tape/layout.ts'
import { whyNotWide } from './engine.ts'
import { faultOf } from './selfTest.ts'
import { isFused } from './speed.ts'
import { createTestedRuntime } from './wide.ts'

it('createTestedRuntime is wide where the engine can, and else says why not', async () => {
  const { rt, obstacle } = await createTestedRuntime({ wide: true })
  expect(rt.wide).toBe(obstacle === undefined)
  if (whyNotWide() !== undefined) expect(obstacle).toBe(whyNotWide())
  rt.dispose()
})

it('createTestedRuntime is not wide unasked', async () => {
  const { rt, obstacle } = await createTestedRuntime()
  expect(rt.wide).toBe(false)
  expect(obstacle).toBeUndefined()
  rt.dispose()
})

it.each(supportedVariants())('%s: the self-test passes, and leaves no memory behind', async (variant) => {
  const rt = await createRuntime({ variant })
  const { inUse } = rt.heap
  expect(faultOf(rt)).toBeUndefined()
  isFused(rt)
  expect(rt.heap.inUse).toBe(inUse)
  rt.dispose()
})

it('the self-test names the kernel that gives a wrong number', async () => {
  const rt = await createRuntime()
  const { end } = rt
  rt.end = (at) => {
    end.call(rt, at)
    // One lane of one vector of its result, which is the second field.
    const [, y, n] = rt.i32.subarray(at + HEADER_WORDS)
    if (rt.i32[at] === kernelIds.relu_f32 && n === 83) rt.f32[(y >>> 2) + 13] += 1
  }
  expect(faultOf(rt)).toMatch(/^the self-test of relu_f32 is \d/)
})

it('vectors count as fused where tiles of 16 columns take less time than those of 8', async () => {
  const rt = await createRuntime()
  const { end } = rt
  const { tileRows } = layouts[kernelIds.gemm_f32].word
  // A clock that only the kernels wind: by so much for a product in tiles of each width.
  const fused = (wide: number, narrow: number) => {
    let time = 0
    rt.end = (at) => {
      end.call(rt, at)
      time += rt.i32[at + tileRows] >= WIDE_TILES ? wide : narrow
    }
    return isFused(rt, () => time)
  }
  expect(fused(5, 7)).toBe(true)
  expect(fused(10, 7)).toBe(false)
})

describe.runIf(whyNotWide() === undefined)('a wide runtime', () => {
  /** C of a product of 100 x 100 matrices. */
  const product = (rt: Runtime) => {
    const n = 100
    const [a, b, c] = [1, 2, 3].map(() => rt.heap.alloc(n * n * 4))
    rt.f32.set(randomF32(n * n, 1), a >>> 2)
    rt.f32.set(randomF32(n * n, 2), b >>> 2)
    gemm(rt, { m: n, n, k: n, a, b, c })
    return rt.f32.slice(c >>> 2, (c >>> 2) + n * n)
  }

  it('gives the same bits as an ordinary one beside it', async () => {
    const [wide, ordinary] = await Promise.all([createRuntime({ wide: true }), createRuntime()])
    expect(product(wide)).toEqual(product(ordinary))
  })
})
