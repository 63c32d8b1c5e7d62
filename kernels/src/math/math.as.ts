export { exp2_f64x2, log2_f64x2 } from './double.as'
export { exp_f32x4, expm1_f32x4, expm1Negative_f32x4, expNegative_f32x4 } from './exp.as'
export { log_f32x4, log1p_f32x4 } from './log.as'
export { sigmoid_f32x4, tanh_f32x4 } from './tanh.as'
export { erf_f32x4 } from './erf.as'
export { cos_f32x4, cosNearZero, sin_f32x4, sinNearZero } from './sin.as'
export {
  acos_f64x2, acosh_f64x2, asin_f64x2, asinh_f64x2, atan_f64x2, atanh_f64x2, cosh_f64x2, sinh_f64x2, tan_f64x2
} from './trig.as'
