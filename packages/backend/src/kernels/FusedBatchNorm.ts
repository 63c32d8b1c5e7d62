import { batchNorm } from '@lanewise/kernels'
import { FusedBatchNorm, type FusedBatchNormAttrs, type FusedBatchNormInputs } from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { nativeKernel, requireDtype } from './native.ts'

/** Whether `values`, repeated, fill x as backend-cpu does it: one value, or as many as some of x's last axes have. */
function isTrailing(values: readonly number[], x: readonly number[]): boolean {
  const size = sizeOf(values)
  return size === 1 || x.some((_, d) => sizeOf(x.slice(d)) === size)
}

export const fusedBatchNorm = nativeKernel<FusedBatchNormInputs, FusedBatchNormAttrs>(FusedBatchNorm, {
  accepts({ inputs }) {
    const { x, ...parameters } = inputs
    const channels = x.shape[x.shape.length - 1]
    for (const [name, info] of Object.entries(parameters)) {
      // Absent scale and offset are null or undefined.
      if (info && !isTrailing(info.shape, x.shape))
        throw new Error(
          `FusedBatchNorm: ${name} has shape [${info.shape}]; expected [${channels}], or the last sizes of x`,
        )
      if (info && (info.shape.length !== 1 || info.shape[0] !== channels))
        return `${name} has shape [${info.shape}], not [${channels}]`
    }
    return requireDtype('float32', inputs)
  },
  run({ inputs: { x, mean, variance, scale, offset }, attrs, backend }) {
    const channels = x.shape[x.shape.length - 1]
    const size = sizeOf(x.shape)
    const pointers = {
      x: backend.ptr(x),
      mean: backend.ptr(mean),
      variance: backend.ptr(variance),
      scale: scale ? backend.ptr(scale) : 0,
      offset: offset ? backend.ptr(offset) : 0,
    }
    const y = backend.output(x.shape, 'float32')
    const epsilon = attrs.varianceEpsilon ?? 0.001
    if (size > 0) batchNorm(backend.rt, { ...pointers, y: backend.ptr(y), rows: size / channels, channels, epsilon })
    return y
  },
})
