import { type UnaryKernel, type UnaryToBoolKernel, unary, unaryToBool } from '@lanewise/kernels'
import {
  Abs,
  Acos,
  Acosh,
  Asin,
  Asinh,
  Atan,
  Atanh,
  Ceil,
  ClipByValue,
  type ClipByValueAttrs,
  Cos,
  Cosh,
  Elu,
  Erf,
  Exp,
  Expm1,
  Floor,
  IsFinite,
  IsInf,
  IsNan,
  LeakyRelu,
  type LeakyReluAttrs,
  Log,
  Log1p,
  LogicalNot,
  Neg,
  Reciprocal,
  Relu,
  Relu6,
  Round,
  Rsqrt,
  Selu,
  Sigmoid,
  Sign,
  Sin,
  Sinh,
  Softplus,
  Sqrt,
  Square,
  Step,
  type StepAttrs,
  Tan,
  Tanh,
  type UnaryInputs,
} from '@tensorflow/tfjs-core'
import { sizeOf } from '../data.ts'
import { type NativeKernel, nativeKernel, requireDtype } from './native.ts'

/** TensorFlow's kernel names and the SIMD kernels that serve them, for float32 and for int32. */
const elementwise: [name: string, float32: UnaryKernel, int32?: UnaryKernel][] = [
  [Abs, 'abs_f32', 'abs_i32'],
  [Acos, 'acos_f32'],
  [Acosh, 'acosh_f32'],
  [Asin, 'asin_f32'],
  [Asinh, 'asinh_f32'],
  [Atan, 'atan_f32'],
  [Atanh, 'atanh_f32'],
  [Ceil, 'ceil_f32'],
  [ClipByValue, 'clip_f32'],
  [Cos, 'cos_f32'],
  [Cosh, 'cosh_f32'],
  [Elu, 'elu_f32'],
  [Erf, 'erf_f32'],
  [Exp, 'exp_f32'],
  [Expm1, 'expm1_f32'],
  [Floor, 'floor_f32'],
  [LeakyRelu, 'leakyrelu_f32'],
  [Log, 'log_f32'],
  [Log1p, 'log1p_f32'],
  [Neg, 'neg_f32', 'neg_i32'],
  [Reciprocal, 'reciprocal_f32'],
  [Relu, 'relu_f32', 'relu_i32'],
  [Relu6, 'relu6_f32'],
  [Round, 'round_f32'],
  [Rsqrt, 'rsqrt_f32'],
  [Selu, 'selu_f32'],
  [Sigmoid, 'sigmoid_f32'],
  [Sign, 'sign_f32', 'sign_i32'],
  [Sin, 'sin_f32'],
  [Sinh, 'sinh_f32'],
  [Softplus, 'softplus_f32'],
  [Sqrt, 'sqrt_f32'],
  [Square, 'square_f32', 'square_i32'],
  [Step, 'step_f32'],
  [Tan, 'tan_f32'],
  [Tanh, 'tanh_f32'],
]

/** Only the kernels that take some have any. */
type Attrs = Partial<ClipByValueAttrs & LeakyReluAttrs & StepAttrs> | undefined

/** The kernels that tell float32 numbers apart, into bool. */
const predicates: [name: string, kernel: UnaryToBoolKernel, dtype: 'float32' | 'bool'][] = [
  [IsFinite, 'isfinite_f32', 'float32'],
  [IsInf, 'isinf_f32', 'float32'],
  [IsNan, 'isnan_f32', 'float32'],
  [LogicalNot, 'logical_not', 'bool'],
]

export const unaryKernels: NativeKernel[] = [
  ...elementwise.map(([name, float32, int32]) =>
    nativeKernel<UnaryInputs, Attrs>(name, {
      accepts: ({ inputs }) =>
        int32 !== undefined && inputs.x.dtype === 'int32' ? undefined : requireDtype('float32', inputs),
      run({ inputs: { x }, attrs, backend }) {
        const px = backend.ptr(x)
        const y = backend.output(x.shape, x.dtype)
        const kernel = x.dtype === 'int32' && int32 !== undefined ? int32 : float32
        const alpha = attrs?.alpha ?? attrs?.clipValueMin
        unary(backend.rt, kernel, px, backend.ptr(y), sizeOf(x.shape), alpha, attrs?.clipValueMax)
        return y
      },
    }),
  ),
  ...predicates.map(([name, kernel, dtype]) =>
    nativeKernel<UnaryInputs>(name, {
      accepts: ({ inputs }) => requireDtype(dtype, inputs),
      run({ inputs: { x }, backend }) {
        const px = backend.ptr(x)
        const y = backend.output(x.shape, 'bool')
        unaryToBool(backend.rt, kernel, px, backend.ptr(y), sizeOf(x.shape))
        return y
      },
    }),
  ),
]
