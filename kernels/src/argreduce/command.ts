import { family } from '../runtime/command.ts'

/**
 * y[o, i] = the first r with the largest (smallest) x[o, r, i]. x is [outer, n, inner] f32 or i32, y is [outer, inner] i32, both
 * dense; n >= 1. NaN is passed over; where x[o, 0, i] is NaN the answer is 0. One item is one o.
 */
export const argReduce = family('ArgReduce', ['argmax_f32', 'argmin_f32', 'argmax_i32', 'argmin_i32'], {
  x: 'ptr',
  y: 'ptr',
  n: 'i32',
  inner: 'i32',
})
