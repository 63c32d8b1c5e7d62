import { SoftmaxCmd } from '../generated/commands.as'
import { hsum } from '../runtime/simd.as'
import { exponentials16, exponentials4 } from './exponentials.as'

/** Exponentials that are summed in f32 before they join the f64 total. */
const BLOCK: i32 = 1024

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
      let j = min(left, BLOCK)
      left -= j
      let sum = f32x4.splat(0)
      for (; j >= 16; j -= 16) {
        sum = f32x4.add(sum, exponentials16(x, shift, y))
        x += 64
        y += 64
      }
      for (; j > 0; j -= 4) {
        sum = f32x4.add(sum, exponentials4(x, shift, y, j))
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
