import { UnaryCmd } from '../generated/commands.as'

/** Elements in one work item, as `UNARY_BLOCK` in command.ts. */
export const BLOCK: i32 = 1024

/** For an `f` of a few instructions, whose parameters are x, alpha and beta of the command. */
// @ts-ignore: decorator
@inline
export function map(cmd: usize, begin: i32, end: i32, f: (v: v128, alpha: v128, beta: v128) => v128): void {
  const c = changetype<UnaryCmd>(cmd)
  mapWith(c, begin, end, f32x4.splat(c.alpha), f32x4.splat(c.beta), f)
}

/** As {@link map}, with an alpha and a beta of its own. Four vectors a turn: so short an `f` takes no longer than counting. */
// @ts-ignore: decorator
@inline
export function mapWith(
  c: UnaryCmd, begin: i32, end: i32, alpha: v128, beta: v128, f: (v: v128, alpha: v128, beta: v128) => v128,
): void {
  const first = begin * BLOCK
  let left = min(end * BLOCK, c.n) - first
  let x = c.x + (<usize>first << 2)
  let y = c.y + (<usize>first << 2)
  for (; left >= 16; left -= 16) {
    const v0 = v128.load(x)
    const v1 = v128.load(x, 16)
    const v2 = v128.load(x, 32)
    const v3 = v128.load(x, 48)
    v128.store(y, f(v1, alpha, beta), 16)
    v128.store(y, f(v0, alpha, beta))
    v128.store(y, f(v3, alpha, beta), 48)
    v128.store(y, f(v2, alpha, beta), 32)
    x += 64
    y += 64
  }
  for (; left >= 4; left -= 4) {
    v128.store(y, f(v128.load(x), alpha, beta))
    x += 16
    y += 16
  }
  for (; left > 0; left--) {
    v128.store_lane<f32>(y, f(v128.load32_zero(x), alpha, beta), 0)
    x += 4
    y += 4
  }
}
