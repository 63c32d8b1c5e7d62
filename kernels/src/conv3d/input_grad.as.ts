import { Conv2dInputGradCmd, Conv3dInputGradCmd } from '../generated/commands.as'
import { addRow, source } from '../conv2d/input_grad.as'

/** See `conv3dInputGrad` in command.ts. Each pixel (l, i, j) of the filter adds a product of a row of dy to a row of dx. */
export function conv3d_input_grad_f32_ndhwc(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<Conv3dInputGradCmd>(cmd)
  const images = changetype<Conv2dInputGradCmd>(cmd)
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
        addRow(images, dx, dy, c.panels + panelLine * (l * c.filterHeight + i))
      }
    }
  }
}
