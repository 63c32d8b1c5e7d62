import { argReduce, type Reduction, reduce } from '@lanewise/kernels'
import {
  All,
  Any,
  ArgMax,
  type ArgMaxAttrs,
  ArgMin,
  type DataType,
  Max,
  Mean,
  Min,
  Prod,
  Sum,
  type SumAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { bytesPerElement, sizeOf } from '../data.ts'
import { converted } from './Cast.ts'
import { filled } from './Fill.ts'
import { axisOf, transposed } from './move.ts'
import { type NativeKernel, nativeKernel } from './native.ts'

type Inputs = { x: TensorInfo }
/** Max calls its axes otherwise than the others. */
type Attrs = SumAttrs & { reductionIndices?: number | number[] }

interface Plan {
  outShape: number[]
  /** How many elements make one of the output. */
  reduced: number
  /**
   * The dimensions, neighbours that are both kept or both reduced as one, those of one element left out: kept, reduced,
   * kept and so on. The first may be 1.
   */
  runs: number[]
}

function plan(shape: number[], axis: number | number[], keepDims: boolean): Plan {
  let mask = 0
  if (typeof axis === 'number') mask = 1 << axisOf(axis, shape)
  else for (const d of util.parseAxisParam(axis, shape)) mask |= 1 << d
  const outShape: number[] = []
  const runs = [1]
  let reduced = 1
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d]
    const isReduced = (mask >>> d) & 1
    if (isReduced) reduced *= size
    if (!isReduced) outShape.push(size)
    else if (keepDims) outShape.push(1)
    if (size === 1) continue
    const last = runs.length - 1
    if ((last & 1) === isReduced) runs[last] *= size
    else runs.push(size)
  }
  return { outShape, reduced, runs }
}

interface Choice {
  kernel: Reduction
  /** The type that x is converted to before, if it is another. */
  as?: 'float32' | 'int32'
}

interface Row {
  name: string
  kernels: Partial<Record<DataType, Choice>>
  /** What backend-cpu gives where nothing is reduced, as float32; int32 and bool have 0 for NaN. */
  empty: number
}

const any: Choice = { kernel: 'any_u8' }
const all: Choice = { kernel: 'all_u8' }
const max: Row['kernels'] = { float32: { kernel: 'max_f32' }, int32: { kernel: 'max_i32' }, bool: any }
const min: Row['kernels'] = { float32: { kernel: 'min_f32' }, int32: { kernel: 'min_i32' }, bool: all }
const mean: Choice = { kernel: 'sum_f32', as: 'float32' }
const prod: Choice = { kernel: 'prod_i32' }
const sum: Choice = { kernel: 'sum_i32' }

const table: Row[] = [
  { name: All, kernels: { bool: all }, empty: 0 },
  { name: Any, kernels: { bool: any }, empty: 0 },
  { name: Max, kernels: max, empty: NaN },
  { name: Mean, kernels: { float32: { kernel: 'sum_f32' }, int32: mean, bool: mean }, empty: 0 },
  { name: Min, kernels: min, empty: NaN },
  { name: Prod, kernels: { float32: { kernel: 'prod_f32' }, int32: prod, bool: { ...prod, as: 'int32' } }, empty: 1 },
  { name: Sum, kernels: { float32: { kernel: 'sum_f32' }, int32: sum, bool: { ...sum, as: 'int32' } }, empty: 0 },
]

/** x with its reduced runs behind the others. */
function gathered(backend: LanewiseBackend, x: TensorInfo, runs: number[]): TensorInfo {
  const order = [...runs.keys()].sort((a, b) => (a & 1) - (b & 1))
  return transposed(
    backend,
    x,
    runs,
    order,
    order.map((at) => runs[at]),
  )
}

/** y = the reduction of x, whose runs are reduced from the last to the first, one pass each; no run is empty. */
function passes(
  backend: LanewiseBackend,
  kernel: Reduction,
  x: TensorInfo,
  runs: number[],
  y: TensorInfo,
  divisor: number,
): void {
  let source = backend.ptr(x)
  let workspace = 0
  let inner = 1
  for (let at = runs.length - 1; at > 0; at--) {
    const n = runs[at]
    if ((at & 1) === 0) {
      inner *= n
      continue
    }
    let outer = 1
    for (let i = 0; i < at; i++) outer *= runs[i]
    const isLast = at === 1
    const target = isLast ? backend.ptr(y) : backend.workspace(outer * inner * bytesPerElement(y.dtype))
    reduce(backend.rt, kernel, { outer, n, inner, x: source, y: target, divisor: isLast ? divisor : 1 })
    if (workspace !== 0) backend.release(workspace)
    source = workspace = target
  }
}

function reduction({ name, kernels, empty }: Row): NativeKernel {
  return nativeKernel<Inputs, Attrs>(name, {
    accepts: ({ inputs: { x } }) => (kernels[x.dtype] === undefined ? `x is ${x.dtype}` : undefined),
    run({ inputs: { x }, attrs, backend }) {
      const { kernel, as } = kernels[x.dtype] as Choice
      const { outShape, reduced, runs } = plan(x.shape, attrs.reductionIndices ?? attrs.axis, attrs.keepDims)
      const dtype = as ?? x.dtype
      if (reduced === 0) return filled(backend, outShape, dtype, dtype === 'float32' ? empty : empty || 0)
      if (reduced === 1) return as === undefined ? backend.alias(x, outShape) : converted(backend, x, as, outShape)
      const source = as === undefined ? x : converted(backend, x, as, x.shape)
      const y = backend.output(outShape, dtype)
      if (sizeOf(outShape) > 0) {
        // A product over dimensions that lie apart is taken in one pass: its parts may leave the range of the tensor's type.
        if (name === Prod && runs.length > 3) {
          const moved = gathered(backend, source, runs)
          passes(backend, kernel, moved, [sizeOf(outShape), reduced], y, 1)
          backend.disposeData(moved.dataId)
        } else passes(backend, kernel, source, runs, y, name === Mean ? reduced : 1)
      }
      if (source !== x) backend.disposeData(source.dataId)
      return y
    },
  })
}

const argTypes: Partial<Record<DataType, 'f32' | 'i32'>> = { float32: 'f32', int32: 'i32', bool: 'i32' }

function argReduction(name: string, op: 'argmax' | 'argmin'): NativeKernel {
  return nativeKernel<Inputs, ArgMaxAttrs>(name, {
    accepts: ({ inputs: { x } }) => (argTypes[x.dtype] === undefined ? `x is ${x.dtype}` : undefined),
    run({ inputs: { x }, attrs, backend }) {
      const { shape } = x
      // Of a scalar there is but one element.
      const axis = shape.length === 0 ? 0 : axisOf(attrs.axis, shape)
      const n = shape[axis] ?? 1
      const before = shape.slice(0, axis)
      const behind = shape.slice(axis + 1)
      const outShape = [...before, ...behind]
      const outer = sizeOf(before)
      const inner = sizeOf(behind)
      if (n === 0) return filled(backend, outShape, 'int32', 0)
      const source = x.dtype === 'bool' ? converted(backend, x, 'int32', shape) : x
      const px = backend.ptr(source)
      const y = backend.output(outShape, 'int32')
      if (outer * inner > 0)
        argReduce(backend.rt, `${op}_${argTypes[x.dtype] as 'f32'}`, { outer, n, inner, x: px, y: backend.ptr(y) })
      if (source !== x) backend.disposeData(source.dataId)
      return y
    },
  })
}

export const reductions: NativeKernel[] = [
  ...table.map(reduction),
  argReduction(ArgMax, 'argmax'),
  argReduction(ArgMin, 'argmin'),
]
