import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { type WinogradSize, winogradSize } from './winograd.ts'

/** What `npm run calibrate` measured: microseconds of one convolution, directly (0) and by tiles of these sizes. */
interface Times {
  batch: number
  size: number
  inChannels: number
  outChannels: number
  filter: number
  stride: number
  us: Partial<Record<0 | WinogradSize, number>>
}
const times: Times[] = JSON.parse(readFileSync(new URL('choice.calibration.json', import.meta.url), 'utf8'))

it.each(times)(
  'winogradSize is at most a quarter slower than the fastest way: $batch x $size x $size, $inChannels to $outChannels channels, $filter x $filter, stride $stride',
  ({ batch, size, inChannels, outChannels, filter, stride, us }) => {
    const out = Math.ceil(size / stride)
    const sides = { inHeight: size, inWidth: size, outHeight: out, outWidth: out }
    const windows = { filterHeight: filter, filterWidth: filter, strideHeight: stride, strideWidth: stride }
    const rest = { dilationHeight: 1, dilationWidth: 1, padTop: 1, padLeft: 1 }
    const chosen = us[winogradSize({ batch, inChannels, outChannels, ...sides, ...windows, ...rest })]
    expect(chosen).toBeLessThanOrEqual(1.25 * Math.min(...Object.values(us)))
  },
)

it.each([1, 2])('was calibrated where Winograd pays and where it does not, with stride %i', (stride) => {
  const pays = times
    .filter((row) => row.stride === stride)
    .map(({ us: { 0: directly, ...us } }) => Math.min(...Object.values(us)) < (directly ?? 0))
  expect(new Set(pays)).toEqual(new Set([true, false]))
})
