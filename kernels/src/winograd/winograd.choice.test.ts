import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { winogradSize } from './winograd.ts'

/** What `npm run calibrate` measured: microseconds of one convolution, directly and by F(2x2) and F(4x4). */
interface Times {
  batch: number
  size: number
  inChannels: number
  outChannels: number
  us: Record<0 | 2 | 4, number>
}
const times: Times[] = JSON.parse(readFileSync(new URL('choice.calibration.json', import.meta.url), 'utf8'))

it.each(times)(
  'winogradSize is at most a quarter slower than the fastest way: $batch x $size x $size, $inChannels to $outChannels channels',
  ({ batch, size, inChannels, outChannels, us }) => {
    const sides = { inHeight: size, inWidth: size, outHeight: size, outWidth: size, filterHeight: 3, filterWidth: 3 }
    const unit = { strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1, padTop: 1, padLeft: 1 }
    const chosen = us[winogradSize({ batch, inChannels, outChannels, ...sides, ...unit })]
    expect(chosen).toBeLessThanOrEqual(1.25 * Math.min(...Object.values(us)))
  },
)

it('was calibrated where Winograd pays and where it does not', () => {
  const pays = times.map(({ us }) => Math.min(us[2], us[4]) < us[0])
  expect(new Set(pays)).toEqual(new Set([true, false]))
})
