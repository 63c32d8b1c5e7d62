import { expect, it } from 'vitest'
import { filterGradBlocks, pixelsTogether } from './blocks.ts'

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

it.each([
  ['of one channel eight', {}, 8],
  ['of 6 channels four', { channels: 6 }, 4],
  ['of 12 channels two', { channels: 12 }, 2],
  ['of 8 channels one', { channels: 8 }, 1],
  ['with a stride one', { strideWidth: 2 }, 1],
  ['as many as lie inside', { inWidth: 9 }, 7],
  ['one where none lies inside', { inWidth: 2, outWidth: 2 }, 1],
  ['of 33 channels eight', { channels: 33 }, 8],
  ['of 33 channels one where those are not made four times', { channels: 33, inWidth: 33 }, 1],
  [
    'of 77 channels one for a filter so large that they leave the first-level cache',
    { channels: 77, filterHeight: 17 },
    1,
  ],
])('pixels together: %s', (_, change, expected) => {
  const windows = { inHeight: 40, inWidth: 40, outHeight: 40, outWidth: 40, padTop: 1, padLeft: 1 }
  const filter = {
    filterHeight: 3,
    filterWidth: 3,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
  }
  expect(pixelsTogether({ ...windows, ...filter, batch: 1, channels: 1, ...change }, 1)).toBe(expected)
})
