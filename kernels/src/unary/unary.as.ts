export {
  acos_f32, acosh_f32, asin_f32, asinh_f32, atan_f32, atanh_f32, cosh_f32, sinh_f32, tan_f32
} from './double.as'
export { abs_i32, neg_i32, relu_i32, sign_i32, square_i32 } from './int32.as'
export {
  cos_f32, elu_f32, erf_f32, exp_f32, expm1_f32, log1p_f32, log_f32, selu_f32, sigmoid_f32, sin_f32, softplus_f32,
  tanh_f32,
} from './smooth.as'
export {
  abs_f32, ceil_f32, clip_f32, floor_f32, leakyrelu_f32, neg_f32, reciprocal_f32, relu6_f32, relu_f32, round_f32,
  rsqrt_f32, sign_f32, sqrt_f32, square_f32, step_f32
} from './simple.as'
export { isfinite_f32, isinf_f32, isnan_f32, logical_not } from './bool.as'
