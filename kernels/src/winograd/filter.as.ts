import { WinogradFilterCmd } from '../generated/commands.as'
import { copyBytes } from '../runtime/bytes.as'
import { scratch } from '../runtime/scratch.as'
import { filter_2x2 } from './points2.as'
import { filter_4x4 } from './points4.as'
import { pointsOnSide, WORK } from './work.as'

/** See `winogradFilter` in command.ts. */
export function winograd_filter_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<WinogradFilterCmd>(cmd)
  const depth = c.stride * c.stride * c.inChannels
  const panelBytes = <usize>depth << 5
  const point = <usize>c.panelsStep
  const side = pointsOnSide(c.size) - c.size + 1
  const taps = scratch + WORK
  for (let item = begin; item < end; item++) {
    const column = item << 3
    const columns = min(8, c.outChannels - column)
    let to = c.panels + panelBytes * item
    for (let i = 0; i < depth; i++) {
      gatherTaps(c, i, side, column, columns, taps)
      for (let half: usize = 0; half < 32; half += 16) {
        if (c.size == 2) filter_2x2(taps + half, 32, to + half, point, scratch)
        else filter_4x4(side, taps + half, 32, to + half, point, scratch)
      }
      to += 32
    }
  }
}

/** to[side, side, 8] = the filter's numbers of number `i` of a cell of x for `columns` channels of y from `column` on, and zeros. */
function gatherTaps(c: WinogradFilterCmd, i: i32, side: i32, column: i32, columns: i32, to: usize): void {
  const phase = i / c.inChannels
  const channel = i - phase * c.inChannels
  memory.fill(to, 0, side * side * 32)
  for (let y = phase / c.stride; y < c.filterHeight; y += c.stride) {
    let t = to
    for (let x = phase % c.stride; x < c.filterWidth; x += c.stride) {
      gather(c, y * c.filterWidth + x, channel, column, columns, t)
      t += 32
    }
    to += 32 * side
  }
}

/** to[columns] = the filter's numbers of one tap and channel of x. */
// @ts-ignore: decorator
@inline
function gather(c: WinogradFilterCmd, tap: i32, channel: i32, column: i32, columns: i32, to: usize): void {
  if (c.flipped) {
    tap = c.filterHeight * c.filterWidth - 1 - tap
    let f = c.filter + (<usize>((tap * c.outChannels + column) * c.inChannels + channel) << 2)
    const step = <usize>c.inChannels << 2
    for (let j: usize = 0; j < <usize>columns; j++) {
      store<f32>(to + (j << 2), load<f32>(f))
      f += step
    }
  } else copyBytes(to, c.filter + (<usize>((tap * c.inChannels + channel) * c.outChannels + column) << 2), <usize>columns << 2)
}
