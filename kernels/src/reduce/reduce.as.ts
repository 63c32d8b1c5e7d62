export { max_f32_rows, max_i32_rows, min_f32_rows, min_i32_rows, sum_f32_rows, sum_i32_rows } from './rows.as'
export {
  max_f32_columns, max_i32_columns, min_f32_columns, min_i32_columns, sum_f32_columns, sum_i32_columns,
} from './columns.as'
export { prod_f32_columns, prod_f32_rows, prod_i32_columns, prod_i32_rows } from './prod.as'
export { all_u8_columns, all_u8_rows, any_u8_columns, any_u8_rows } from './bool.as'
