import { Conv2dFilterGradCmd, Conv3dFilterGradCmd } from '../generated/commands.as'
import { filterRow } from '../conv2d/filter_grad.as'
import { firstInside, lastInside } from '../conv2d/ranges.as'
import { WIDE_TILES } from '../gemm/tile.as'
import { copy_columns_f32 } from '../gemm/pack.as'

/** Rows of y that are gone through for one row of the filter before the next one's turn: their x and dy stay in cache. */
const CHUNK: i32 = 512

/** See `conv3dFilterGrad` in command.ts. */
export function conv3d_filter_grad_f32_ndhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<Conv3dFilterGradCmd>(cmd)
  const panels = c.tileRows & WIDE_TILES ? 2 : 1
  const columns = panels << 3
  const items = (c.outChannels + columns - 1) / columns * c.filterHeight
  // Items of one panel, or of two, go through the volumes together.
  while (begin < end) {
    const l = begin / items
    const item = begin - l * items
    const group = item / c.filterHeight
    const i0 = item - group * c.filterHeight
    const i1 = min(c.filterHeight, i0 + end - begin)
    const panel = group * panels
    const left = c.outChannels - (panel << 3)
    if (panels == 1) panelGradient(cmd, l, panel, i0, i1, 8)
    else if (left >= 16) panelGradient(cmd, l, panel, i0, i1, 16)
    else {
      panelGradient(cmd, l, panel, i0, i1, 8)
      if (left > 8) panelGradient(cmd, l, panel + 1, i0, i1, 8)
    }
    begin += i1 - i0
  }
}

/** dw of the rows [i0, i1) of depth l of the filter, for the `columns` (8, or 16 that there are) output channels from 8 * panel on. */
function panelGradient(cmd: usize, l: i32, panel: i32, i0: i32, i1: i32, columns: i32): void {
  const c = changetype<Conv3dFilterGradCmd>(cmd)
  const images = changetype<Conv2dFilterGradCmd>(cmd)
  const run = c.filterWidth * c.inChannels
  const size = c.filterHeight * run
  const panelBytes = <usize>size << 5
  const at = <usize>(i0 * run) << 5
  const bytes = <usize>((i1 - i0) * run) << 5
  const work = c.work + <usize>(l * ((c.outChannels + 7) >> 3) + panel) * panelBytes
  memory.fill(work + at, 0, bytes)
  if (columns == 16) memory.fill(work + panelBytes + at, 0, bytes)
  const width = min(8, c.outChannels - (panel << 3))
  const dyPixel: usize = width == 8 ? <usize>c.outChannels << 2 : 32
  const dy = width == 8 ? c.dy + (<usize>panel << 5) : c.tail
  const rows = max(1, CHUNK / max(1, c.outWidth))
  const xSlice = (<usize>c.inHeight * c.inWidth * c.inChannels) << 2
  const dySlice = <usize>(c.dyHeight * c.dyWidth) * dyPixel
  const down = l * c.dilationDepth - c.padFront
  const first = firstInside(down, c.strideDepth)
  const last = lastInside(down, c.strideDepth, c.inDepth, c.outDepth)
  for (let b = 0; b < c.batch; b++) {
    for (let d = first; d < last; d++) {
      const x = c.x + <usize>(b * c.inDepth + d * c.strideDepth + down) * xSlice
      const owed = dy + <usize>(b * c.outDepth + d) * dySlice
      for (let r = 0; r < c.outHeight; r += rows) {
        const end = min(r + rows, c.outHeight)
        for (let i = i0; i < i1; i++) {
          filterRow(images, x, owed, dyPixel, i, r, end, work + (<usize>(i * run) << 5), columns)
        }
      }
    }
  }
  const dwRow = <usize>c.outChannels << 2
  const dw = c.dw + <usize>(l * size + i0 * run) * dwRow + (<usize>panel << 5)
  copy_columns_f32(work + at, 32, dw, dwRow, (i1 - i0) * run, width)
  if (columns == 16) copy_columns_f32(work + panelBytes + at, 32, dw + 32, dwRow, (i1 - i0) * run, 8)
}
