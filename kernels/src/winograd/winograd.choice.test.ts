import { expect, it } from 'vitest'
import { type Conv2dShape, conv2d, packedFilterBytes, packFilter } from '../conv2d/conv2d.ts'
import { randomF32 } from '../runtime/lab.ts'
import { createRuntime, type Runtime } from '../runtime/runtime.ts'
import { transformedFilterBytes, transformFilter, winograd, winogradSize } from './winograd.ts'

/** batch, height and width, channels in and out; the padding is `same` */
const shapes = [
  [1, 4, 16, 16],
  [1, 8, 16, 16],
  [1, 6, 8, 64],
  [1, 8, 64, 8],
  [1, 10, 64, 64],
  [1, 12, 4, 32],
  [1, 14, 128, 128],
  [1, 28, 32, 32],
  [1, 28, 8, 8],
  [1, 56, 16, 64],
  [32, 7, 16, 16],
  [32, 12, 32, 64],
].map(([batch, size, inChannels, outChannels]): Conv2dShape => {
  const sides = { inHeight: size, inWidth: size, outHeight: size, outWidth: size, filterHeight: 3, filterWidth: 3 }
  const unit = { strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1, padTop: 1, padLeft: 1 }
  return { batch, inChannels, outChannels, ...sides, ...unit }
})

const sizes = [0, 2, 4] as const

function ways(rt: Runtime, s: Conv2dShape): (() => void)[] {
  const pixels = s.batch * s.inHeight * s.inWidth
  const room = (numbers: number, seed: number) => {
    const at = rt.heap.alloc(numbers * 4)
    rt.f32.set(randomF32(numbers, seed), at >>> 2)
    return at
  }
  const [x, filter] = [room(pixels * s.inChannels, 1), room(9 * s.inChannels * s.outChannels, 2)]
  const y = rt.heap.alloc(pixels * s.outChannels * 4)
  return sizes.map((size) => {
    const panels = rt.heap.alloc(size === 0 ? packedFilterBytes(s) : transformedFilterBytes(s, size))
    if (size === 0) packFilter(rt, s, filter, panels)
    else transformFilter(rt, s, size, { filter, panels })
    return () => (size === 0 ? conv2d(rt, s, { x, panels, y }) : winograd(rt, s, size, { x, panels, y }))
  })
}

it('winogradSize picks a way that is at most a quarter slower than the best', async () => {
  const rt = await createRuntime()
  const calls = shapes.map((s) => ways(rt, s))
  // The engine's baseline tier first, until it has compiled the kernels well.
  const start = performance.now()
  while (performance.now() - start < 500) for (const call of calls.flat()) call()
  await new Promise((resolve) => setTimeout(resolve, 200))
  const worse: string[] = []
  for (const [i, s] of shapes.entries()) {
    const best = sizes.map(() => Infinity)
    for (let round = 0; round < 60; round++)
      for (const [way, call] of calls[i].entries()) {
        const before = performance.now()
        for (let i = 0; i < 5; i++) call()
        best[way] = Math.min(best[way], performance.now() - before)
      }
    const chosen = best[sizes.indexOf(winogradSize(s))]
    if (chosen > 1.25 * Math.min(...best))
      worse.push(
        `${s.batch}x${s.inHeight}x${s.inWidth}x${s.inChannels} to ${s.outChannels}: ${winogradSize(s)}, ${best}`,
      )
  }
  expect(worse).toEqual([])
})
