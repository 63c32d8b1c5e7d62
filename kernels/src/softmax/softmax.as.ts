import { SoftmaxCmd } from '../generated/commands.as'
import { expNegative_f32x4 } from '../math/math.as'
import { hsum, loadHead, storeHead } from '../runtime/simd.as'

/** Exponentials that are summed in f32 before they join the f64 total. */
const BLOCK: i32 = 128

/** The first `count` lanes of memory at x, and -Infinity in the others, whose exponential is 0. */
// @ts-ignore: decorator
@inline
function loadTail(x: usize, count: i32): v128 {
  const within = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count))
  return v128.bitselect(loadHead(x, count), f32x4.splat(-Infinity), within)
}

/** The largest of the numbers of a row; NaN is passed over, for its own exponential spoils the row's total. */
// @ts-ignore: decorator
@inline
function rowMax(x: usize, columns: i32): v128 {
  let a = f32x4.splat(-Infinity), b = a
  let j = columns
  for (; j >= 8; j -= 8) {
    a = f32x4.pmax(a, v128.load(x))
    b = f32x4.pmax(b, v128.load(x, 16))
    x += 32
  }
  for (; j > 0; j--) {
    a = f32x4.pmax(a, v128.load32_splat(x))
    x += 4
  }
  a = f32x4.pmax(a, b)
  a = f32x4.pmax(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1))
  return f32x4.pmax(a, v128.shuffle<f32>(a, a, 1, 0, 3, 2))
}

export function softmax_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<SoftmaxCmd>(cmd)
  const columns = c.columns
  const bytes = <usize>columns << 2
  for (let r = begin; r < end; r++) {
    let x = c.x + <usize>r * bytes
    const row = c.y + <usize>r * bytes
    const shift = rowMax(x, columns)

    let y = row
    let total: f64 = 0
    for (let left = columns; left > 0;) {
      const block = min(left, BLOCK)
      left -= block
      let sum = f32x4.splat(0)
      for (let j = block; j > 0; j -= 4) {
        const whole = j >= 4
        const e = expNegative_f32x4(f32x4.sub(whole ? v128.load(x) : loadTail(x, j), shift))
        if (whole) v128.store(y, e)
        else storeHead(y, e, j)
        sum = f32x4.add(sum, e)
        x += 16
        y += 16
      }
      total += <f64>hsum(sum)
    }

    const factor = f32x4.splat(<f32>(1 / total))
    y = row
    let j = columns
    for (; j >= 4; j -= 4) {
      v128.store(y, f32x4.mul(v128.load(y), factor))
      y += 16
    }
    for (; j > 0; j--) {
      store<f32>(y, load<f32>(y) * f32x4.extract_lane(factor, 0))
      y += 4
    }
  }
}
