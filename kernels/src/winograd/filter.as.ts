import { WinogradFilterCmd } from '../generated/commands.as'
import { copyBytes } from '../runtime/bytes.as'
import { scratch } from '../runtime/scratch.as'
import { filter_2x2 } from './points2.as'
import { filter_4x4 } from './points4.as'
import { WORK } from './work.as'

/** See `winogradFilter` in command.ts. */
export function winograd_filter_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<WinogradFilterCmd>(cmd)
  const panelBytes = <usize>c.inChannels << 5
  const point = <usize>c.panelsStep
  const taps = scratch + WORK
  for (let item = begin; item < end; item++) {
    const column = item << 3
    const columns = min(8, c.outChannels - column)
    let to = c.panels + panelBytes * item
    for (let i = 0; i < c.inChannels; i++) {
      gatherTaps(c, i, column, columns, taps)
      for (let half: usize = 0; half < 32; half += 16) {
        if (c.size == 4) filter_4x4(taps + half, 32, to + half, point, scratch)
        else filter_2x2(taps + half, 32, to + half, point, scratch)
      }
      to += 32
    }
  }
}

/** to[9, 8] = the filter's numbers of channel `i` of x for `columns` channels of y from `column` on, and zeros. */
function gatherTaps(c: WinogradFilterCmd, i: i32, column: i32, columns: i32, to: usize): void {
  const tap = <usize>(c.inChannels * c.outChannels) << 2
  if (columns < 8) memory.fill(to, 0, 9 * 32)
  if (c.flipped) {
    let from = c.filter + (<usize>(column * c.inChannels + i) << 2) + 8 * tap
    const step = <usize>c.inChannels << 2
    for (let t = 0; t < 9; t++) {
      let f = from
      for (let j: usize = 0; j < <usize>columns; j++) {
        store<f32>(to + (j << 2), load<f32>(f))
        f += step
      }
      from -= tap
      to += 32
    }
  } else {
    let from = c.filter + (<usize>(i * c.outChannels + column) << 2)
    for (let t = 0; t < 9; t++) {
      copyBytes(to, from, <usize>columns << 2)
      from += tap
      to += 32
    }
  }
}
