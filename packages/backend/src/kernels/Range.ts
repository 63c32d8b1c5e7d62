import { LinSpace, type LinSpaceAttrs, Range, type RangeAttrs } from '@tensorflow/tfjs-core'
import { nativeKernel } from './native.ts'

// Each number is the one before plus the step, rounded to its type, as backend-cpu has it.

export const range = nativeKernel<object, RangeAttrs>(Range, {
  accepts: ({ attrs: { dtype } }) => (dtype === 'float32' || dtype === 'int32' ? undefined : `dtype is ${dtype}`),
  run({ attrs: { start, stop, step, dtype }, backend }) {
    const isEmpty = start === stop || (start < stop && step < 0) || (stop < start && step > 1)
    const length = isEmpty ? 0 : Math.abs(Math.ceil((stop - start) / step))
    // Downwards, 1 stands for -1.
    const by = stop < start && step === 1 ? -1 : step
    const values = dtype === 'int32' ? new Int32Array(length) : new Float32Array(length)
    return backend.makeTensorInfo([length], dtype, count(values, start, by))
  },
})

export const linSpace = nativeKernel<object, LinSpaceAttrs>(LinSpace, {
  run({ attrs: { start, stop, num }, backend }) {
    return backend.makeTensorInfo([num], 'float32', count(new Float32Array(num), start, (stop - start) / (num - 1)))
  },
})

function count<T extends Float32Array | Int32Array>(values: T, start: number, step: number): T {
  if (values.length > 0) values[0] = start
  for (let i = 1; i < values.length; i++) values[i] = values[i - 1] + step
  return values
}
