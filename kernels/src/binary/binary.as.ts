export {
  add_f32, div_f32, elu_grad_f32, maximum_f32, minimum_f32, mul_f32, prelu_f32, squared_difference_f32, sub_f32
} from './float32.as'
export { add_i32, maximum_i32, minimum_i32, mul_i32, squared_difference_i32, sub_i32 } from './int32.as'
export { floor_div_f32, floor_div_i32, mod_f32, mod_i32 } from './scalar.as'
export { pow_f32 } from './pow.as'
export { equal_u8, logical_and, logical_or, not_equal_u8 } from './logical.as'
export {
  equal_f32, equal_i32, greater_equal_f32, greater_equal_i32, greater_f32, greater_i32, less_equal_f32, less_equal_i32,
  less_f32, less_i32, not_equal_f32, not_equal_i32
} from './compare.as'
