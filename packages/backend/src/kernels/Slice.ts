import { Slice, type SliceAttrs, type SliceInputs, slice_util, type TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { requireMovable, sliceTo } from './move.ts'
import { nativeKernel } from './native.ts'

export const slice = nativeKernel<SliceInputs, SliceAttrs>(Slice, {
  accepts: ({ inputs }) => requireMovable(inputs.x),
  run: ({ inputs: { x }, attrs: { begin, size }, backend }) => sliceChecked(Slice, backend, x, begin, size),
})

/** The box of x at `begin` of `size`; a size of -1, or none, takes what there is. Throws where it reaches outside of x. */
export function sliceChecked(
  name: string,
  backend: LanewiseBackend,
  x: TensorInfo,
  givenBegin: number | number[],
  givenSize: number | number[],
): TensorInfo {
  const [begin, size] = slice_util.parseSliceParams(x as never, givenBegin, givenSize)
  slice_util.assertParamsValid(x as never, begin, size)
  for (let d = 0; d < begin.length; d++)
    if (begin[d] < 0 || size[d] < 0)
      throw new Error(`${name}: begin [${begin}] and size [${size}] reach outside of x of shape [${x.shape}]`)
  return sliceTo(backend, x, begin, size, size)
}
