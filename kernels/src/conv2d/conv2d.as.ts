import { Conv2dCmd } from '../generated/commands.as'
import { BLOCK_SCRATCH, gemm_block_f32 } from '../gemm/block.as'
import { finish_f32 } from '../gemm/normalize.as'
import { scratch } from '../runtime/scratch.as'
export { conv2d_few_f32_nhwc } from './few.as'
export { conv2d_filter_grad_f32_nhwc } from './filter_grad.as'
export { conv2d_input_grad_f32_nhwc } from './input_grad.as'
export { conv2d_nine_f32_nhwc } from './nine.as'
export { conv2d_rows_f32_nhwc } from './rows.as'

/** See `conv2d` in command.ts. */
export function conv2d_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<Conv2dCmd>(cmd)
  const k = c.filterHeight * c.filterWidth * c.inChannels
  const yStep = <usize>c.outChannels << 2
  const patches = scratch + BLOCK_SCRATCH
  for (let item = begin; item < end; item++) {
    const first = item * c.rowBlock
    const rows = min(c.rowBlock, c.pixels - first)
    const y = c.y + <usize>first * yStep
    // k in blocks of depthBlock; one empty block when k is 0
    let k0 = 0
    do {
      const depth = min(c.depthBlock, k - k0)
      const step = <usize>depth << 2
      gather(c, first, rows, k0, depth, patches)
      gemm_block_f32(
        rows, c.outChannels, depth, patches, step, c.panels + (<usize>k0 << 5), 32, <usize>k << 5,
        k0 > 0 ? y : c.bias, k0 > 0 ? yStep : 0, y, yStep, c.tileRows,
      )
      k0 += depth
    } while (k0 < k)
    finish_f32(c.tables, yStep, c.activation, y, yStep, rows, c.outChannels, c.leak, c.slope)
  }
}

/** to[rows, depth] = the numbers [k0, k0 + depth) of the patches of x under the windows of pixels [first, first + rows). */
function gather(c: Conv2dCmd, first: i32, rows: i32, k0: i32, depth: i32, to: usize): void {
  const run = c.filterWidth * c.inChannels
  const i0 = k0 / run
  const inRow = k0 - i0 * run
  const j0 = inRow / c.inChannels
  const channel = inRow - j0 * c.inChannels
  let column = first % c.outWidth
  let row = first / c.outWidth
  const imageBytes = (<usize>c.inHeight * c.inWidth * c.inChannels) << 2
  let x = c.x + <usize>(row / c.outHeight) * imageBytes
  row %= c.outHeight
  for (; rows > 0; rows--) {
    const left = column * c.strideWidth - c.padLeft
    const top = row * c.strideHeight - c.padTop
    const inside = c.dilationWidth == 1 && left >= 0 && left + c.filterWidth <= c.inWidth
    if (inside) gatherRows(c, x, top, left, i0, inRow, depth, to)
    else gatherTaps(c, x, top, left, i0, j0, channel, depth, to)
    to += <usize>depth << 2
    if (++column == c.outWidth) {
      column = 0
      if (++row == c.outHeight) {
        row = 0
        x += imageBytes
      }
    }
  }
}

/** One patch whose columns all lie in x, side by side: whole rows of it are copied. Starts at number `skip` of row i. */
// @ts-ignore: decorator
@inline
function gatherRows(c: Conv2dCmd, x: usize, top: i32, left: i32, i: i32, skip: i32, depth: i32, to: usize): void {
  const run = c.filterWidth * c.inChannels
  let y = top + i * c.dilationHeight
  for (; depth > 0;) {
    const count = min(run - skip, depth)
    if (<u32>y < <u32>c.inHeight) copy(x + (<usize>((y * c.inWidth + left) * c.inChannels + skip) << 2), to, count)
    else zero(to, count)
    to += <usize>count << 2
    depth -= count
    skip = 0
    y += c.dilationHeight
  }
}

/** One patch, a pixel at a time. Starts at number `skip` of the pixel in row i, column j. */
function gatherTaps(c: Conv2dCmd, x: usize, top: i32, left: i32, i: i32, j: i32, skip: i32, depth: i32, to: usize): void {
  for (; depth > 0;) {
    const count = min(c.inChannels - skip, depth)
    const y = top + i * c.dilationHeight
    const z = left + j * c.dilationWidth
    if (<u32>y < <u32>c.inHeight && <u32>z < <u32>c.inWidth) {
      copy(x + (<usize>((y * c.inWidth + z) * c.inChannels + skip) << 2), to, count)
    } else zero(to, count)
    to += <usize>count << 2
    depth -= count
    skip = 0
    if (++j == c.filterWidth) {
      j = 0
      i++
    }
  }
}

// @ts-ignore: decorator
@inline
function copy(from: usize, to: usize, count: i32): void {
  if (count < 4) {
    store<f32>(to, load<f32>(from))
    if (count > 1) store<f32>(to, load<f32>(from, 4), 4)
    if (count > 2) store<f32>(to, load<f32>(from, 8), 8)
    return
  }
  const last = (<usize>count << 2) - 16
  for (let at: usize = 0; at < last; at += 16) v128.store(to + at, v128.load(from + at))
  // The last vector overlaps the one before.
  v128.store(to + last, v128.load(from + last))
}

// @ts-ignore: decorator
@inline
function zero(to: usize, count: i32): void {
  for (const end = to + (<usize>count << 2); to < end; to += 4) store<f32>(to, 0)
}
