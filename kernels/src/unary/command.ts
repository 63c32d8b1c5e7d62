import { family } from '../runtime/command.ts'

/** y[i] = op(x[i]) for i in [0, n). One item is `UNARY_BLOCK` elements. x and y may be the same. */
export const unary = family('Unary', ['abs_f32', 'neg_f32', 'relu_f32'], { x: 'ptr', y: 'ptr', n: 'i32' })
