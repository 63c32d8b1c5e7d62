import { batchNorm, batchNormTables, binary } from '@lanewise/kernels'
import {
  FusedBatchNorm,
  type FusedBatchNormAttrs,
  type FusedBatchNormInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { spread } from './move.ts'
import { nativeKernel, requireDtype } from './native.ts'

export const fusedBatchNorm = nativeKernel<FusedBatchNormInputs, FusedBatchNormAttrs>(FusedBatchNorm, {
  accepts({ inputs }) {
    const { x, ...parameters } = inputs
    for (const [name, info] of Object.entries(parameters)) {
      // Absent scale and offset are null or undefined.
      if (!info || broadcasts(info.shape, x.shape)) continue
      if (isTrailing(info.shape, x.shape))
        return `${name} has shape [${info.shape}], which does not broadcast to [${x.shape}]`
      const channels = x.shape[x.shape.length - 1]
      throw new Error(
        `FusedBatchNorm: ${name} has shape [${info.shape}]; expected [${channels}], or what broadcasts to [${x.shape}]`,
      )
    }
    return requireDtype('float32', inputs)
  },
  run({ inputs: { x, mean, variance, scale, offset }, attrs, backend }) {
    const { rt } = backend
    const epsilon = attrs.varianceEpsilon ?? 0.001
    const shape = together([mean, variance, scale, offset], x.shape.length)
    const channels = sizeOf(shape)
    const px = backend.ptr(x)
    const workspaces: number[] = []
    const workspace = (bytes: number) => {
      workspaces.push(backend.workspace(bytes))
      return workspaces[workspaces.length - 1]
    }
    const pointer = (info: TensorInfo | undefined) => {
      if (!info) return 0
      if (sizeOf(info.shape) === channels) return backend.ptr(info)
      const to = workspace(channels * 4)
      spread(backend, info, shape, to)
      return to
    }
    const y = backend.output(x.shape, 'float32')
    const size = sizeOf(x.shape)
    if (size === 0) return y
    const parameters = {
      ...{ mean: pointer(mean), variance: pointer(variance), scale: pointer(scale), offset: pointer(offset) },
      ...{ channels, epsilon },
    }
    const py = backend.ptr(y)
    if (isBlock(shape, x.shape)) batchNorm(rt, { ...parameters, x: px, y: py, rows: size / channels })
    else {
      const tables = workspace(2 * channels * 4)
      batchNormTables(rt, { ...parameters, tables })
      binary(rt, 'mul_f32', x.shape, shape, { a: px, b: tables, y: py })
      binary(rt, 'add_f32', x.shape, shape, { a: py, b: tables + channels * 4, y: py })
    }
    for (const address of workspaces) backend.release(address)
    return y
  },
})

/** Whether `shape`, aligned at the last dimension, stretches to x's. */
function broadcasts(shape: readonly number[], x: readonly number[]): boolean {
  const missing = x.length - shape.length
  return missing >= 0 && shape.every((size, d) => size === 1 || size === x[missing + d])
}

/** Whether `shape`, repeated, fills x: it is one number, or has as many as some of x's last axes, which is how backend-cpu takes it. */
function isTrailing(shape: readonly number[], x: readonly number[]): boolean {
  const size = sizeOf(shape)
  return size === 1 || x.some((_, d) => sizeOf(x.slice(d)) === size)
}

/** Whether a tensor of `shape` stretches to x's by being repeated: it has all of x's last axes, and no others. */
function isBlock(shape: readonly number[], x: readonly number[]): boolean {
  const first = shape.findIndex((size) => size !== 1)
  return first < 0 || shape.every((size, d) => d < first || size === x[d])
}

/** The shape, of so many dimensions, to which all of these stretch. */
function together(infos: readonly (TensorInfo | undefined)[], rank: number): number[] {
  const shape = new Array<number>(rank).fill(1)
  for (const info of infos)
    info?.shape.forEach((size, d) => {
      if (size !== 1) shape[rank - info.shape.length + d] = size
    })
  return shape
}
