import type { CastKernel } from '../generated/commands.ts'

/** Each cast of one number; JavaScript's `| 0` is what an Int32Array does. */
export const castReference: Record<CastKernel, (x: number) => number> = {
  cast_f32_i32: (x) => x | 0,
  cast_i32_f32: Math.fround,
  cast_bool_f32: (x) => x,
  cast_bool_i32: (x) => x,
  cast_f32_bool: (x) => Number(x !== 0),
  cast_i32_bool: (x) => Number(x !== 0),
}
