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
  const all = c.outStride * c.outStride * c.outChannels
  for (let item = begin; item < end; item++) {
    const column = item << 3
    const columns = min(8, all - column)
    let to = c.panels + panelBytes * item
    for (let i = 0; i < depth; i++) {
      if (c.flipped) gatherFlipped(c, i, side, column, columns, taps)
      else gatherTaps(c, i, side, column, columns, taps)
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
      const tap = y * c.filterWidth + x
      copyBytes(t, c.filter + (<usize>((tap * c.inChannels + channel) * c.outChannels + column) << 2), <usize>columns << 2)
      t += 32
    }
    to += 32 * side
  }
}

/** to[side, side, 8] = the turned filter's numbers of channel `i` of x for `columns` numbers of a cell of y from `column` on, and zeros. */
function gatherFlipped(c: WinogradFilterCmd, i: i32, side: i32, column: i32, columns: i32, to: usize): void {
  const stride = c.outStride
  memory.fill(to, 0, side * side * 32)
  for (let j = column; j < column + columns; j++) {
    const phase = j / c.outChannels
    const channel = j - phase * c.outChannels
    let row = to + ((side * side - 1) << 5)
    for (let y = phase / stride; y < c.filterHeight; y += stride) {
      let t = row
      for (let x = phase % stride; x < c.filterWidth; x += stride) {
        const tap = y * c.filterWidth + x
        store<f32>(t, load<f32>(c.filter + (<usize>((tap * c.outChannels + channel) * c.inChannels + i) << 2)))
        t -= 32
      }
      row -= 32 * side
    }
    to += 4
  }
}
