import { TopKCmd } from '../generated/commands.as'

/** See `topK` in command.ts. */
export function topk_f32_rows(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<TopKCmd>(cmd)
  const rowBytes = <usize>c.k << 2
  for (let row = begin; row < end; row++) {
    largest(c.x + (<usize>row * c.n << 2), c.values + row * rowBytes, c.indices + row * rowBytes, c.n, c.k)
  }
}

function largest(x: usize, values: usize, indices: usize, n: i32, k: i32): void {
  let i = 0
  for (; i < k; i++) insert(load<f32>(x + (<usize>i << 2)), i, values, indices, i)
  const last = values + (<usize>(k - 1) << 2)
  for (; i + 4 <= n; i += 4) {
    const p = x + (<usize>i << 2)
    // Only what is above the least of those found, or NaN, is looked at one by one.
    if (v128.all_true<i32>(f32x4.le(v128.load(p), v128.load32_splat(last)))) continue
    for (let j = 0; j < 4; j++) consider(load<f32>(p + (<usize>j << 2)), i + j, values, indices, k)
  }
  for (; i < n; i++) consider(load<f32>(x + (<usize>i << 2)), i, values, indices, k)
}

/** Whether v comes before what was found earlier: it is larger, or the other one NaN. */
// @ts-ignore: decorator
@inline
function isBefore(v: f32, earlier: f32): bool {
  return v == v && !(earlier >= v)
}

// @ts-ignore: decorator
@inline
function consider(v: f32, index: i32, values: usize, indices: usize, k: i32): void {
  if (isBefore(v, load<f32>(values + (<usize>(k - 1) << 2)))) insert(v, index, values, indices, k - 1)
}

/** Puts v where it belongs among the `count` sorted numbers before; what lies behind moves by one, over the one at `count`. */
function insert(v: f32, index: i32, values: usize, indices: usize, count: i32): void {
  let at = <usize>count << 2
  for (; at > 0; at -= 4) {
    const earlier = load<f32>(values + at - 4)
    if (!isBefore(v, earlier)) break
    store<f32>(values + at, earlier)
    store<i32>(indices + at, load<i32>(indices + at - 4))
  }
  store<f32>(values + at, v)
  store<i32>(indices + at, index)
}
