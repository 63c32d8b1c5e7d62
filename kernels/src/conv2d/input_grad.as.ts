import { Conv2dInputGradCmd } from '../generated/commands.as'
import { gemm_block_f32 } from '../gemm/block.as'
import { firstInside, lastInside } from './ranges.as'

/** See `conv2dInputGrad` in command.ts. Each pixel (i, j) of the filter adds a product of a row of dy to a row of dx. */
export function conv2d_input_grad_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<Conv2dInputGradCmd>(cmd)
  const dxPixel = <usize>c.inChannels << 2
  const dyPixel = <usize>c.outChannels << 2
  const dxStep = dxPixel * c.strideWidth
  const pStep = <usize>c.outChannels << 5
  const tap = pStep * ((c.inChannels + 7) >> 3)
  for (let item = begin; item < end; item++) {
    const image = item / c.inHeight
    const row = item - image * c.inHeight
    const dx = c.dx + <usize>item * c.inWidth * dxPixel
    memory.fill(dx, 0, <usize>c.inWidth * dxPixel)
    for (let i = 0; i < c.filterHeight; i++) {
      const t = row + c.padTop - i * c.dilationHeight
      if (t < 0) break
      const r = t / c.strideHeight
      if (r * c.strideHeight != t || r >= c.outHeight) continue
      const dy = c.dy + <usize>((image * c.dyHeight + r) * c.dyWidth) * dyPixel
      for (let j = 0; j < c.filterWidth; j++) {
        const offset = j * c.dilationWidth - c.padLeft
        const first = firstInside(offset, c.strideWidth)
        const last = lastInside(offset, c.strideWidth, c.inWidth, c.outWidth)
        if (first >= last) continue
        const out = dx + (first * c.strideWidth + offset) * dxPixel
        gemm_block_f32(
          last - first, c.inChannels, c.outChannels, dy + first * dyPixel, dyPixel,
          c.panels + tap * (i * c.filterWidth + j), 32, pStep, out, dxStep, out, dxStep, c.tileRows,
        )
      }
    }
  }
}
