import { UnaryCmd } from '../generated/commands.as'

/** Elements in one work item, as `UNARY_BLOCK` in command.ts. */
export const BLOCK: i32 = 1024

/** For an `f` of a few instructions; two vectors a turn. The parameters of `f` are x, alpha and beta. */
// @ts-ignore: decorator
@inline
export function map(cmd: usize, begin: i32, end: i32, f: (v: v128, alpha: v128, beta: v128) => v128): void {
  const c = changetype<UnaryCmd>(cmd)
  const first = begin * BLOCK
  const alpha = f32x4.splat(c.alpha)
  const beta = f32x4.splat(c.beta)
  let left = min(end * BLOCK, c.n) - first
  let x = c.x + (<usize>first << 2)
  let y = c.y + (<usize>first << 2)
  for (; left >= 8; left -= 8) {
    const v0 = v128.load(x)
    const v1 = v128.load(x, 16)
    v128.store(y, f(v1, alpha, beta), 16)
    v128.store(y, f(v0, alpha, beta))
    x += 32
    y += 32
  }
  if (left >= 4) {
    v128.store(y, f(v128.load(x), alpha, beta))
    x += 16
    y += 16
    left -= 4
  }
  for (; left > 0; left--) {
    v128.store_lane<f32>(y, f(v128.load32_zero(x), alpha, beta), 0)
    x += 4
    y += 4
  }
}
