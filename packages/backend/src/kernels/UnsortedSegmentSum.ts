import { segmentSum } from '@lanewise/kernels'
import { UnsortedSegmentSum, type UnsortedSegmentSumAttrs, type UnsortedSegmentSumInputs } from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { nativeKernel, requireDtype } from './native.ts'

/**
 * Where x holds NaN or infinity, backend-cpu (which multiplies by zeros) spoils all segments with it; here, as in
 * TensorFlow, only its own.
 */
export const unsortedSegmentSum = nativeKernel<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>(UnsortedSegmentSum, {
  accepts: ({ inputs: { x, segmentIds }, attrs: { numSegments } }) =>
    requireDtype('float32', { x }) ??
    requireDtype('int32', { segmentIds }) ??
    (segmentIds.shape.length !== 1 ? `segmentIds of rank ${segmentIds.shape.length}` : undefined) ??
    (numSegments < 1 ? `${numSegments} segments` : undefined),
  run({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) {
    const n = segmentIds.shape[0]
    if (x.shape.length === 0 || x.shape[0] !== n)
      throw new Error(`UnsortedSegmentSum: x of shape [${x.shape}] has no row for each of the ${n} segmentIds`)
    const shape = [numSegments, ...x.shape.slice(1)]
    const source = backend.ptr(x)
    const ids = backend.ptr(segmentIds)
    const y = backend.output(shape, 'float32')
    const width = sizeOf(shape) / numSegments
    segmentSum(backend.rt, { type: 'f32', x: source, ids, y: backend.ptr(y), n, width, segments: numSegments })
    return y
  },
})
