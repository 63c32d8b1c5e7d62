import { type BinaryKernel, binary } from '@lanewise/kernels'
import {
  Add,
  type BinaryInputs,
  backend_util,
  type DataType,
  EluGrad,
  type EluGradInputs,
  Equal,
  FloorDiv,
  Greater,
  GreaterEqual,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalOr,
  Maximum,
  Minimum,
  Mod,
  Multiply,
  NotEqual,
  Pow,
  Prelu,
  type PreluInputs,
  RealDiv,
  SquaredDifference,
  Sub,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { type NativeKernel, nativeKernel, requireDtype } from './native.ts'

/** TensorFlow's kernel name, the SIMD kernel by the type of both operands, and the type of the result if it is another. */
const table: [name: string, kernels: Partial<Record<DataType, BinaryKernel>>, result?: DataType][] = [
  [Add, { float32: 'add_f32', int32: 'add_i32' }],
  [Equal, { float32: 'equal_f32', int32: 'equal_i32', bool: 'equal_u8' }, 'bool'],
  [FloorDiv, { float32: 'floor_div_f32', int32: 'floor_div_i32' }, 'int32'],
  [Greater, { float32: 'greater_f32', int32: 'greater_i32' }, 'bool'],
  [GreaterEqual, { float32: 'greater_equal_f32', int32: 'greater_equal_i32' }, 'bool'],
  [Less, { float32: 'less_f32', int32: 'less_i32' }, 'bool'],
  [LessEqual, { float32: 'less_equal_f32', int32: 'less_equal_i32' }, 'bool'],
  [LogicalAnd, { bool: 'logical_and' }],
  [LogicalOr, { bool: 'logical_or' }],
  [Maximum, { float32: 'maximum_f32', int32: 'maximum_i32' }],
  [Minimum, { float32: 'minimum_f32', int32: 'minimum_i32' }],
  [Mod, { float32: 'mod_f32', int32: 'mod_i32' }],
  [Multiply, { float32: 'mul_f32', int32: 'mul_i32' }],
  [NotEqual, { float32: 'not_equal_f32', int32: 'not_equal_i32', bool: 'not_equal_u8' }, 'bool'],
  [Pow, { float32: 'pow_f32' }],
  [RealDiv, { float32: 'div_f32' }],
  [SquaredDifference, { float32: 'squared_difference_f32', int32: 'squared_difference_i32' }],
  [Sub, { float32: 'sub_f32', int32: 'sub_i32' }],
]

/** A binary SIMD kernel on a and b, broadcast. */
export function runBinary(
  backend: LanewiseBackend,
  kernel: BinaryKernel,
  a: TensorInfo,
  b: TensorInfo,
  dtype: DataType,
): TensorInfo {
  const same = util.arraysEqual(a.shape, b.shape)
  const shape = same ? a.shape : backend_util.assertAndGetBroadcastShape(a.shape, b.shape)
  const pa = backend.ptr(a)
  const pb = backend.ptr(b)
  const y = backend.output(shape, dtype)
  binary(backend.rt, kernel, a.shape, b.shape, { a: pa, b: pb, y: backend.ptr(y) })
  return y
}

export const binaryKernels: NativeKernel[] = [
  ...table.map(([name, kernels, result]) =>
    nativeKernel<BinaryInputs>(name, {
      accepts: ({ inputs: { a, b } }) => {
        if (a.dtype !== b.dtype) return `a is ${a.dtype}, b ${b.dtype}`
        return kernels[a.dtype] === undefined ? `a and b are ${a.dtype}` : undefined
      },
      run: ({ inputs: { a, b }, backend }) =>
        runBinary(backend, kernels[a.dtype] as BinaryKernel, a, b, result ?? a.dtype),
    }),
  ),
  nativeKernel<EluGradInputs>(EluGrad, {
    accepts: ({ inputs }) => requireDtype('float32', inputs),
    run: ({ inputs: { dy, y }, backend }) => runBinary(backend, 'elu_grad_f32', dy, y, 'float32'),
  }),
  nativeKernel<PreluInputs>(Prelu, {
    accepts: ({ inputs }) => requireDtype('float32', inputs),
    run: ({ inputs: { x, alpha }, backend }) => runBinary(backend, 'prelu_f32', x, alpha, 'float32'),
  }),
]
