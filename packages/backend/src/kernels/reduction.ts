import { argReduce, cast, type Reduction, reduce } from '@lanewise/kernels'
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
import { sizeOf } from '../data.ts'
import { filled } from './Fill.ts'
import { axisOf, transposed } from './move.ts'
import { type NativeKernel, nativeKernel } from './native.ts'

type Inputs = { x: TensorInfo }
/** Max calls its axes otherwise than the others. */
type Attrs = SumAttrs & { reductionIndices?: number | number[] }

/** The dimensions of a tensor, neighbours that are both kept or both reduced merged, those of one element left out. */
interface Run {
  size: number
  isReduced: boolean
}

interface Plan {
  outShape: number[]
  /** How many elements make one of the output. */
  reduced: number
  runs: Run[]
}

function plan(shape: number[], axis: number | number[], keepDims: boolean): Plan {
  const axes = util.parseAxisParam(axis, shape)
  const runs: Run[] = []
  const outShape: number[] = []
  let reduced = 1
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d]
    const isReduced = axes.includes(d)
    if (isReduced) reduced *= size
    if (!isReduced) outShape.push(size)
    else if (keepDims) outShape.push(1)
    if (size === 1) continue
    const last = runs[runs.length - 1]
    if (last !== undefined && last.isReduced === isReduced) last.size *= size
    else runs.push({ size, isReduced })
  }
  return { outShape, reduced, runs }
}

interface Row {
  name: string
  /** By the type of x: the SIMD kernel, and the type that x is converted to before, if it is another. */
  kernels: Partial<Record<DataType, [kernel: Reduction, as?: 'float32' | 'int32']>>
  /** What backend-cpu gives where nothing is reduced, as float32; int32 and bool have 0 for NaN. */
  empty: number
}

const table: Row[] = [
  { name: All, kernels: { bool: ['all_u8'] }, empty: 0 },
  { name: Any, kernels: { bool: ['any_u8'] }, empty: 0 },
  { name: Max, kernels: { float32: ['max_f32'], int32: ['max_i32'], bool: ['any_u8'] }, empty: NaN },
  {
    name: Mean,
    kernels: { float32: ['sum_f32'], int32: ['sum_f32', 'float32'], bool: ['sum_f32', 'float32'] },
    empty: 0,
  },
  { name: Min, kernels: { float32: ['min_f32'], int32: ['min_i32'], bool: ['all_u8'] }, empty: NaN },
  { name: Prod, kernels: { float32: ['prod_f32'], int32: ['prod_i32'], bool: ['prod_i32', 'int32'] }, empty: 1 },
  { name: Sum, kernels: { float32: ['sum_f32'], int32: ['sum_i32'], bool: ['sum_i32', 'int32'] }, empty: 0 },
]

const casts = {
  'int32 float32': 'cast_i32_f32',
  'bool float32': 'cast_bool_f32',
  'bool int32': 'cast_bool_i32',
} as const

function converted(backend: LanewiseBackend, x: TensorInfo, dtype: 'float32' | 'int32', shape: number[]): TensorInfo {
  const source = backend.ptr(x)
  const y = backend.output(shape, dtype)
  cast(backend.rt, casts[`${x.dtype} ${dtype}` as keyof typeof casts], source, backend.ptr(y), sizeOf(shape))
  return y
}

/** x with its reduced runs behind the others. */
function gathered(backend: LanewiseBackend, x: TensorInfo, runs: Run[]): TensorInfo {
  const order = [...runs.keys()].sort((a, b) => Number(runs[a].isReduced) - Number(runs[b].isReduced))
  const sizes = runs.map((run) => run.size)
  return transposed(
    backend,
    x,
    sizes,
    order,
    order.map((at) => sizes[at]),
  )
}

/** y = the reduction of x, whose runs are reduced from the last to the first, one step each; no run is empty. */
function steps(
  backend: LanewiseBackend,
  kernel: Reduction,
  x: TensorInfo,
  runs: Run[],
  y: TensorInfo,
  divisor: number,
): void {
  let left = 0
  for (const run of runs) if (run.isReduced) left++
  let source = backend.ptr(x)
  let inner = 1
  let workspace = 0
  for (let at = runs.length - 1; left > 0; at--) {
    const { size: n, isReduced } = runs[at]
    if (!isReduced) {
      inner *= n
      continue
    }
    left--
    let outer = 1
    for (let i = 0; i < at; i++) outer *= runs[i].size
    const target = left === 0 ? backend.ptr(y) : backend.workspace(outer * inner * (kernel.endsWith('u8') ? 1 : 4))
    reduce(backend.rt, kernel, { outer, n, inner, x: source, y: target, divisor: left === 0 ? divisor : 1 })
    if (workspace !== 0) backend.release(workspace)
    source = workspace = target
  }
}

function reduction({ name, kernels, empty }: Row): NativeKernel {
  return nativeKernel<Inputs, Attrs>(name, {
    accepts: ({ inputs: { x } }) => (kernels[x.dtype] === undefined ? `x is ${x.dtype}` : undefined),
    run({ inputs: { x }, attrs, backend }) {
      const [kernel, as] = kernels[x.dtype] as [Reduction, ('float32' | 'int32')?]
      const { outShape, reduced, runs } = plan(x.shape, attrs.reductionIndices ?? attrs.axis, attrs.keepDims)
      const dtype = as ?? x.dtype
      if (reduced === 0) return filled(backend, outShape, dtype, dtype === 'float32' ? empty : empty || 0)
      if (reduced === 1) return as === undefined ? backend.alias(x, outShape) : converted(backend, x, as, outShape)
      if (sizeOf(outShape) === 0) return backend.output(outShape, dtype)
      let source = as === undefined ? x : converted(backend, x, as, x.shape)
      if (name === Prod && runs.filter((run) => run.isReduced).length > 1) {
        // In one step, in double precision: a part of the product may be too large or too small for the tensor's type.
        const before = source
        source = gathered(backend, before, runs)
        if (before !== x) backend.disposeData(before.dataId)
        runs.splice(0, runs.length, { size: sizeOf(outShape), isReduced: false }, { size: reduced, isReduced: true })
      }
      const y = backend.output(outShape, dtype)
      steps(backend, kernel, source, runs, y, name === Mean ? reduced : 1)
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
