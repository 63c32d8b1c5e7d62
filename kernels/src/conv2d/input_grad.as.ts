import { Conv2dInputGradCmd } from '../generated/commands.as'
import { gemm_block_f32 } from '../gemm/block.as'
import { firstInside, lastInside } from './ranges.as'

/** See `conv2dInputGrad` in command.ts. Each pixel (i, j) of the filter adds a product of a row of dy to a row of dx. */
export function conv2d_input_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<Conv2dInputGradCmd>(cmd)
  const rowBytes = <usize>(c.inWidth * c.inChannels) << 2
  const dyRow = <usize>(c.dyWidth * c.outChannels) << 2
  const panelLine = <usize>(c.filterWidth * ((c.inChannels + 7) >> 3) * c.outChannels) << 5
  for (let item = begin; item < end; item++) {
    const image = item / c.inHeight
    const row = item - image * c.inHeight
    const dx = c.dx + <usize>item * rowBytes
    memory.fill(dx, 0, rowBytes)
    for (let i = 0; i < c.filterHeight; i++) {
      const r = source(row + c.padTop - i * c.dilationHeight, c.strideHeight, c.outHeight)
      if (r >= 0) addRow(c, dx, c.dy + <usize>(image * c.dyHeight + r) * dyRow, c.panels + panelLine * i)
    }
  }
}

/** The index into dy of what lies at t from the edge of the padding, or -1 where there is none. */
// @ts-ignore: decorator
@inline
export function source(t: i32, stride: i32, outSize: i32): i32 {
  const at = t / stride
  return t >= 0 && at * stride == t && at < outSize ? at : -1
}

/** dx += a row of dy, by one row of the filter, whose panels begin at `panels`. */
export function addRow(c: Conv2dInputGradCmd, dx: usize, dy: usize, panels: usize): void {
  const dxPixel = <usize>c.inChannels << 2
  const dyPixel = <usize>c.outChannels << 2
  const dxStep = dxPixel * c.strideWidth
  const pStep = <usize>c.outChannels << 5
  const tap = pStep * ((c.inChannels + 7) >> 3)
  for (let j = 0; j < c.filterWidth; j++) {
    const offset = j * c.dilationWidth - c.padLeft
    const first = firstInside(offset, c.strideWidth)
    const last = lastInside(offset, c.strideWidth, c.inWidth, c.outWidth)
    if (first >= last) continue
    const out = dx + (first * c.strideWidth + offset) * dxPixel
    gemm_block_f32(
      last - first, c.inChannels, c.outChannels, dy + first * dyPixel, dyPixel, panels + tap * j, 32, pStep, out, dxStep,
      out, dxStep, c.tileRows,
    )
  }
}
