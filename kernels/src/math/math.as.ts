export { exp_f32x4, expm1_f32x4, expm1Negative_f32x4, expNegative_f32x4 } from './exp.as'
export { log_f32x4, log1p_f32x4 } from './log.as'
export { sigmoid_f32x4, tanh_f32x4 } from './tanh.as'
export { erf_f32x4 } from './erf.as'
