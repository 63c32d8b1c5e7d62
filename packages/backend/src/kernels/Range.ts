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
    const y = backend.output([length], dtype)
    count(dtype === 'int32' ? backend.rt.i32 : backend.rt.f32, backend.ptr(y) >>> 2, length, start, by)
    return y
  },
})

export const linSpace = nativeKernel<object, LinSpaceAttrs>(LinSpace, {
  run({ attrs: { start, stop, num }, backend }) {
    const y = backend.output([num], 'float32')
    count(backend.rt.f32, backend.ptr(y) >>> 2, num, start, (stop - start) / (num - 1))
    return y
  },
})

function count(memory: Float32Array | Int32Array, at: number, length: number, start: number, step: number): void {
  if (length > 0) memory[at] = start
  for (let i = at + 1; i < at + length; i++) memory[i] = memory[i - 1] + step
}
