import { row } from './rows.as'
import { walk } from './walk.as'

export function add_f32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) => row(a, b, y, n, mode, (a, b) => f32x4.add(a, b)))
}

export function sub_f32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) => row(a, b, y, n, mode, (a, b) => f32x4.sub(a, b)))
}

export function mul_f32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) => row(a, b, y, n, mode, (a, b) => f32x4.mul(a, b)))
}

export function div_f32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) => row(a, b, y, n, mode, (a, b) => f32x4.div(a, b)))
}

/** NaN where either is NaN. */
export function maximum_f32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) => row(a, b, y, n, mode, (a, b) => f32x4.max(a, b)))
}

/** NaN where either is NaN. */
export function minimum_f32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) => row(a, b, y, n, mode, (a, b) => f32x4.min(a, b)))
}

/** (a - b)^2. */
export function squared_difference_f32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) =>
    row(a, b, y, n, mode, (a, b) => {
      const d = f32x4.sub(a, b)
      return f32x4.mul(d, d)
    })
  )
}

/** a from zero on, b a below. */
export function prelu_f32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) =>
    row(a, b, y, n, mode, (a, b) => v128.bitselect(f32x4.mul(a, b), a, f32x4.lt(a, f32x4.splat(0))))
  )
}

/** The gradient of elu: a is dy, b is y = elu(x); a where b >= 0, a (b + 1) elsewhere. */
export function elu_grad_f32(cmd: usize, begin: i32, end: i32): void {
  walk(cmd, begin, end, 2, 2, (a, b, y, n, mode) =>
    row(a, b, y, n, mode, (a, b) =>
      v128.bitselect(a, f32x4.mul(a, f32x4.add(b, f32x4.splat(1))), f32x4.ge(b, f32x4.splat(0)))
    )
  )
}
