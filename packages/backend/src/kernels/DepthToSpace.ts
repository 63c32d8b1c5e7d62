import { DepthToSpace, type DepthToSpaceAttrs, type DepthToSpaceInputs } from '@tensorflow/tfjs-core'
import { requireMovable, transposeTo } from './move.ts'
import { nativeKernel } from './native.ts'

export const depthToSpace = nativeKernel<DepthToSpaceInputs, DepthToSpaceAttrs>(DepthToSpace, {
  accepts: ({ inputs, attrs: { dataFormat } }) =>
    requireMovable(inputs.x) ?? (dataFormat === 'NHWC' ? undefined : `data format ${dataFormat}`),
  run({ inputs: { x }, attrs: { blockSize: n }, backend }) {
    const [batch, height, width, depth] = x.shape
    const channels = depth / (n * n)
    const shape = [batch, height * n, width * n, channels]
    return transposeTo(backend, x, [batch, height, width, n, n, channels], [0, 1, 3, 2, 4, 5], shape)
  },
})
