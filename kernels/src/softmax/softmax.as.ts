import { SoftmaxCmd } from '../generated/commands.as'
import { exp_f32x4 } from '../math/math.as'
import { hsum, loadHead, storeHead } from '../runtime/simd.as'

/** Exponentials that are summed in f32 before they join the f64 total. */
const BLOCK: i32 = 1024

/** The first `count` lanes of memory at x, and -Infinity in the others, whose exponential is 0. */
// @ts-ignore: decorator
@inline
function loadTail(x: usize, count: i32): v128 {
  const within = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count))
  return v128.bitselect(loadHead(x, count), f32x4.splat(-Infinity), within)
}

function rowMax(x: usize, columns: i32): v128 {
  let a = f32x4.splat(-Infinity), b = a
  let j = columns
  for (; j >= 8; j -= 8) {
    a = f32x4.max(a, v128.load(x))
    b = f32x4.max(b, v128.load(x, 16))
    x += 32
  }
  if (j >= 4) {
    a = f32x4.max(a, v128.load(x))
    x += 16
    j -= 4
  }
  if (j > 0) b = f32x4.max(b, loadTail(x, j))
  a = f32x4.max(a, b)
  a = f32x4.max(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1))
  return f32x4.max(a, v128.shuffle<f32>(a, a, 1, 0, 3, 2))
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
      let j = block
      for (; j >= 4; j -= 4) {
        const e = exp_f32x4(f32x4.sub(v128.load(x), shift))
        v128.store(y, e)
        sum = f32x4.add(sum, e)
        x += 16
        y += 16
      }
      if (j > 0) {
        const e = exp_f32x4(f32x4.sub(loadTail(x, j), shift))
        storeHead(y, e, j)
        sum = f32x4.add(sum, e)
      }
      total += <f64>hsum(sum)
    }

    const divisor = f32x4.splat(<f32>total)
    y = row
    let j = columns
    for (; j >= 4; j -= 4) {
      v128.store(y, f32x4.div(v128.load(y), divisor))
      y += 16
    }
    if (j > 0) storeHead(y, f32x4.div(loadHead(y, j), divisor), j)
  }
}
