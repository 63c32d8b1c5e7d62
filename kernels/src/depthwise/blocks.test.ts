import { expect, it } from 'vitest'
import { filterGradBlocks } from './blocks.ts'

it("blocks of a filter's gradient have the same sixteens, bands and rows for any number of threads", () => {
  const size = { batch: 1, inHeight: 56, outHeight: 56, filterHeight: 3, filterWidth: 3, padTop: 1, padLeft: 1 }
  let smaller = 0
  for (const inWidth of [9, 56, 40_000])
    for (const channels of [1, 4, 8, 12, 16, 20, 24, 40, 64, 200])
      for (const multiplier of [1, 2, 3, 8])
        for (const dilationWidth of [1, 15_000]) {
          const strides = { strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth }
          const shape = { ...size, ...strides, inWidth, outWidth: inWidth, channels }
          const alone = filterGradBlocks(shape, multiplier, 1)
          for (const threads of [2, 5, 16]) {
            const { block, ...rest } = filterGradBlocks(shape, multiplier, threads)
            expect(rest).toEqual({ band: alone.band, held: alone.held })
            if (block !== alone.block) expect([block % 16, block < alone.block]).toEqual([0, true])
            if (block < alone.block) smaller++
          }
        }
  expect(smaller).toBeGreaterThan(0)
})
