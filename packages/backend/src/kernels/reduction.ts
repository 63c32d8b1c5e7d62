import { type Reduction, reduce, reduceScalar, runArgReduce } from '@lanewise/kernels'
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
import { sizeOf } from '../data.ts'
import { type NativeKernel, nativeKernel, requireDtype } from './native.ts'

type Inputs = { x: TensorInfo }
/** Max calls its axes otherwise than the others. */
type Attrs = SumAttrs & { reductionIndices?: number | number[] }

interface Plan {
  outShape: number[]
  /** How many elements make one of the output. */
  reduced: number
  /** A reduction over the middle dimension for each run of neighbouring reduced dimensions, the last run first. */
  steps: { outer: number; n: number; inner: number }[]
}

function plan(shape: number[], axis: number | number[], keepDims: boolean): Plan {
  const axes = util.parseAxisParam(axis, shape)
  const runs: { size: number; isReduced: boolean }[] = []
  const outShape: number[] = []
  let reduced = 1
  for (let d = 0; d < shape.length; d++) {
    const isReduced = axes.includes(d)
    if (isReduced) reduced *= shape[d]
    if (!isReduced) outShape.push(shape[d])
    else if (keepDims) outShape.push(1)
    if (shape[d] === 1) continue
    const last = runs[runs.length - 1]
    if (last?.isReduced === isReduced) last.size *= shape[d]
    else runs.push({ size: shape[d], isReduced })
  }
  const steps: Plan['steps'] = []
  for (let at = runs.length - 1; at >= 0; at--) {
    if (!runs[at].isReduced) continue
    let outer = 1
    let inner = 1
    for (let i = 0; i < at; i++) outer *= runs[i].size
    for (let i = at + 1; i < runs.length; i++) if (!runs[i].isReduced) inner *= runs[i].size
    steps.push({ outer, n: runs[at].size, inner })
  }
  return { outShape, reduced, steps }
}

function axesOf(attrs: Attrs): number | number[] {
  return attrs.reductionIndices ?? attrs.axis
}

function lanes(name: string, op: 'sum' | 'max' | 'min', dtypes: DataType[], mean = false): NativeKernel {
  return nativeKernel<Inputs, Attrs>(name, {
    accepts({ inputs: { x }, attrs }) {
      if (!dtypes.includes(x.dtype)) return `x is ${x.dtype}, not ${dtypes.join(' or ')}`
      if (op !== 'sum' && sizeOf(x.shape) === 0 && plan(x.shape, axesOf(attrs), false).reduced === 0)
        return `the ${op} of no elements`
      return undefined
    },
    run({ inputs: { x }, attrs, backend }) {
      const { outShape, reduced, steps } = plan(x.shape, axesOf(attrs), attrs.keepDims)
      if (steps.length === 0) return backend.alias(x, outShape)
      const kernel = `${op}_${x.dtype === 'int32' ? 'i32' : 'f32'}` as Reduction
      let source = backend.ptr(x)
      const y = backend.output(outShape, x.dtype)
      for (let i = 0; i < steps.length; i++) {
        const { outer, n, inner } = steps[i]
        const last = i === steps.length - 1
        const target = last ? backend.ptr(y) : backend.workspace(outer * inner * 4)
        // The mean of nothing is backend-cpu's: zero.
        const divisor = last && mean ? Math.max(reduced, 1) : 1
        reduce(backend.rt, kernel, { outer, n, inner, x: source, y: target, divisor })
        if (i > 0) backend.release(source)
        source = target
      }
      return y
    },
  })
}

function scalar(name: string, kernel: 'prod_f32' | 'any_u8' | 'all_u8'): NativeKernel {
  const dtype = kernel === 'prod_f32' ? 'float32' : 'bool'
  return nativeKernel<Inputs, Attrs>(name, {
    accepts({ inputs, attrs }) {
      const wrong = requireDtype(dtype, inputs)
      if (wrong !== undefined) return wrong
      const { reduced, steps } = plan(inputs.x.shape, attrs.axis, false)
      if (steps.length > 1) return 'axes that lie apart'
      return reduced === 0 ? 'a reduction of no elements' : undefined
    },
    run({ inputs: { x }, attrs, backend }) {
      const { outShape, steps } = plan(x.shape, attrs.axis, attrs.keepDims)
      if (steps.length === 0) return backend.alias(x, outShape)
      const source = backend.ptr(x)
      const y = backend.output(outShape, dtype)
      reduceScalar(backend.rt, kernel, { ...steps[0], x: source, y: backend.ptr(y) })
      return y
    },
  })
}

function argReduction(name: string, op: 'argmax' | 'argmin'): NativeKernel {
  return nativeKernel<Inputs, ArgMaxAttrs>(name, {
    accepts({ inputs: { x }, attrs }) {
      if (x.dtype !== 'float32' && x.dtype !== 'int32') return `x is ${x.dtype}, not float32 or int32`
      const [axis] = util.parseAxisParam(attrs.axis, x.shape)
      return x.shape[axis] === 0 ? 'an axis of no elements' : undefined
    },
    run({ inputs: { x }, attrs, backend }) {
      const [axis] = util.parseAxisParam(attrs.axis, x.shape)
      const before = x.shape.slice(0, axis)
      const behind = x.shape.slice(axis + 1)
      const source = backend.ptr(x)
      const y = backend.output([...before, ...behind], 'int32')
      // Of a scalar there is but one element.
      const n = axis === undefined ? 1 : x.shape[axis]
      runArgReduce(backend.rt, `${op}_${x.dtype === 'int32' ? 'i32' : 'f32'}`, sizeOf(before), {
        x: source,
        y: backend.ptr(y),
        n,
        inner: sizeOf(behind),
      })
      return y
    },
  })
}

export const reductions: NativeKernel[] = [
  scalar(All, 'all_u8'),
  scalar(Any, 'any_u8'),
  argReduction(ArgMax, 'argmax'),
  argReduction(ArgMin, 'argmin'),
  lanes(Max, 'max', ['float32', 'int32']),
  lanes(Mean, 'sum', ['float32'], true),
  lanes(Min, 'min', ['float32', 'int32']),
  scalar(Prod, 'prod_f32'),
  lanes(Sum, 'sum', ['float32', 'int32']),
]
