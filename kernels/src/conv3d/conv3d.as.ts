import { Conv3dCmd } from '../generated/commands.as'
import { BLOCK_SCRATCH, gemm_block_f32 } from '../gemm/block.as'
import { copyBytes, fillBytes } from '../runtime/bytes.as'
import { scratch } from '../runtime/scratch.as'
export { conv3d_filter_grad_f32_ndhwc } from './filter_grad.as'
export { conv3d_input_grad_f32_ndhwc } from './input_grad.as'

/** See `conv3d` in command.ts. */
export function conv3d_f32_ndhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<Conv3dCmd>(cmd)
  const k = c.filterDepth * c.filterHeight * c.filterWidth * c.inChannels
  const yStep = <usize>c.outChannels << 2
  const patches = scratch + BLOCK_SCRATCH
  for (let item = begin; item < end; item++) {
    const first = item * c.rowBlock
    const rows = min(c.rowBlock, c.pixels - first)
    const y = c.y + <usize>first * yStep
    // k in blocks of depthBlock
    for (let k0 = 0; k0 < k; k0 += c.depthBlock) {
      const depth = min(c.depthBlock, k - k0)
      const step = <usize>depth << 2
      gather(c, first, rows, k0, depth, patches)
      gemm_block_f32(
        rows, c.outChannels, depth, patches, step, c.panels + (<usize>k0 << 5), 32, <usize>k << 5,
        k0 > 0 ? y : 0, yStep, y, yStep, c.tileRows,
      )
    }
  }
}

/** to[rows, depth] = the numbers [k0, k0 + depth) of the patches of x under the windows of pixels [first, first + rows). */
function gather(c: Conv3dCmd, first: i32, rows: i32, k0: i32, depth: i32, to: usize): void {
  const run = c.filterWidth * c.inChannels
  // Row `i` of depth `l` of the filter, and what of its numbers comes before.
  const line = k0 / run
  const skip = k0 - line * run
  const l = line / c.filterHeight
  const i = line - l * c.filterHeight
  const volumeBytes = (<usize>c.inDepth * c.inHeight * c.inWidth * c.inChannels) << 2
  let column = first % c.outWidth
  let row = first / c.outWidth
  let slice = row / c.outHeight
  row -= slice * c.outHeight
  let x = c.x + <usize>(slice / c.outDepth) * volumeBytes
  slice %= c.outDepth
  for (; rows > 0; rows--) {
    patch(c, x, slice * c.strideDepth - c.padFront, row * c.strideHeight - c.padTop, column * c.strideWidth - c.padLeft, l, i, skip, depth, to)
    to += <usize>depth << 2
    if (++column < c.outWidth) continue
    column = 0
    if (++row < c.outHeight) continue
    row = 0
    if (++slice < c.outDepth) continue
    slice = 0
    x += volumeBytes
  }
}

/** `depth` numbers of one patch, which begins at (front, top, left), from number `skip` of row i of depth l on. */
function patch(
  c: Conv3dCmd, x: usize, front: i32, top: i32, left: i32, l: i32, i: i32, skip: i32, depth: i32, to: usize,
): void {
  const run = c.filterWidth * c.inChannels
  const inside = c.dilationWidth == 1 && left >= 0 && left + c.filterWidth <= c.inWidth
  for (; depth > 0;) {
    const count = min(run - skip, depth)
    const z = front + l * c.dilationDepth
    const y = top + i * c.dilationHeight
    if (<u32>z >= <u32>c.inDepth || <u32>y >= <u32>c.inHeight) fillBytes(to, <usize>count << 2, 0)
    else {
      const from = x + ((<usize>((z * c.inHeight + y) * c.inWidth) * c.inChannels) << 2)
      if (inside) copyBytes(to, from + (<usize>(left * c.inChannels + skip) << 2), <usize>count << 2)
      else pixels(c, from, left, skip, count, to)
    }
    to += <usize>count << 2
    depth -= count
    skip = 0
    if (++i == c.filterHeight) {
      i = 0
      l++
    }
  }
}

/** `count` numbers of one row of a patch, a pixel at a time. */
function pixels(c: Conv3dCmd, row: usize, left: i32, skip: i32, count: i32, to: usize): void {
  let j = skip / c.inChannels
  skip -= j * c.inChannels
  for (; count > 0;) {
    const part = min(c.inChannels - skip, count)
    const column = left + j * c.dilationWidth
    if (<u32>column < <u32>c.inWidth) copyBytes(to, row + (<usize>(column * c.inChannels + skip) << 2), <usize>part << 2)
    else fillBytes(to, <usize>part << 2, 0)
    to += <usize>part << 2
    count -= part
    skip = 0
    j++
  }
}
