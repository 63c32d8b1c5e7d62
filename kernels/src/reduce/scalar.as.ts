import { ReduceCmd } from '../generated/commands.as'

export function prod_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ReduceCmd>(cmd)
  const step = <usize>c.inner << 2
  for (; begin < end; begin++) {
    for (let i = 0; i < c.inner; i++) {
      let x = c.x + <usize>begin * <usize>c.n * step + (<usize>i << 2)
      let product: f64 = 1
      for (let r = 0; r < c.n; r++) {
        product *= <f64>load<f32>(x)
        x += step
      }
      store<f32>(c.y + <usize>begin * step + (<usize>i << 2), <f32>product)
    }
  }
}

/** The first byte that is `wanted` decides; else the answer is `!wanted`. */
// @ts-ignore: decorator
@inline
function search(wanted: u8, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<ReduceCmd>(cmd)
  const step = <usize>c.inner
  for (; begin < end; begin++) {
    for (let i = 0; i < c.inner; i++) {
      let x = c.x + <usize>begin * <usize>c.n * step + <usize>i
      let found: u8 = 1 - wanted
      for (let r = 0; r < c.n; r++) {
        if (load<u8>(x) == wanted) {
          found = wanted
          break
        }
        x += step
      }
      store<u8>(c.y + <usize>begin * step + <usize>i, found)
    }
  }
}

export function any_u8(cmd: usize, begin: i32, end: i32): void {
  search(1, cmd, begin, end)
}

export function all_u8(cmd: usize, begin: i32, end: i32): void {
  search(0, cmd, begin, end)
}
