export { max_f32_rows, max_i32_rows, min_f32_rows, min_i32_rows, sum_f32_rows, sum_i32_rows } from './rows.as'
export {
  max_f32_columns, max_i32_columns, min_f32_columns, min_i32_columns, sum_f32_columns, sum_i32_columns,
} from './columns.as'
export { all_u8, any_u8, prod_f32 } from './scalar.as'
