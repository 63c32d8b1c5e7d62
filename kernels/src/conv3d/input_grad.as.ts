import { Conv3dInputGradCmd } from '../generated/commands.as'
import { gemm_block_f32 } from '../gemm/block.as'
import { firstInside, lastInside } from '../conv2d/ranges.as'

/** See `conv3dInputGrad` in command.ts. Each pixel (l, i, j) of the filter adds a product of a row of dy to a row of dx. */
export function conv3d_input_grad_f32_ndhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<Conv3dInputGradCmd>(cmd)
  const rowBytes = <usize>(c.inWidth * c.inChannels) << 2
  const dyRow = <usize>(c.dyWidth * c.outChannels) << 2
  const panelLine = <usize>(c.filterWidth * ((c.inChannels + 7) >> 3) * c.outChannels) << 5
  for (let item = begin; item < end; item++) {
    const slice = item / c.inHeight
    const row = item - slice * c.inHeight
    const volume = slice / c.inDepth
    const depth = slice - volume * c.inDepth
    const dx = c.dx + <usize>item * rowBytes
    memory.fill(dx, 0, rowBytes)
    for (let l = 0; l < c.filterDepth; l++) {
      const d = source(depth + c.padFront - l * c.dilationDepth, c.strideDepth, c.outDepth)
      if (d < 0) continue
      for (let i = 0; i < c.filterHeight; i++) {
        const r = source(row + c.padTop - i * c.dilationHeight, c.strideHeight, c.outHeight)
        if (r < 0) continue
        const dy = c.dy + <usize>((volume * c.outDepth + d) * c.dyHeight + r) * dyRow
        addRow(c, dx, dy, c.panels + panelLine * (l * c.filterHeight + i))
      }
    }
  }
}

/** The index into dy of what lies at t from the edge of the padding, or -1 where there is none. */
// @ts-ignore: decorator
@inline
function source(t: i32, stride: i32, outSize: i32): i32 {
  const at = t / stride
  return t >= 0 && at * stride == t && at < outSize ? at : -1
}

/** dx += a row of dy, by one row of the filter, whose panels begin at `panels`. */
function addRow(c: Conv3dInputGradCmd, dx: usize, dy: usize, panels: usize): void {
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
