import { SelectCmd } from '../generated/commands.as'

/** Elements in one work item, as `SELECT_BLOCK` in command.ts. */
const BLOCK: i32 = 1024

export function select_32(cmd: usize, begin: i32, end: i32): void {
  const command = changetype<SelectCmd>(cmd)
  const first = begin * BLOCK
  let left = min(end * BLOCK, command.n) - first
  let c = command.condition + <usize>first
  let t = command.t + (<usize>first << 2)
  let e = command.e + (<usize>first << 2)
  let y = command.y + (<usize>first << 2)
  for (; left >= 4; left -= 4) {
    const bytes = i8x16.eq(v128.load32_zero(c), i8x16.splat(1))
    const mask = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(bytes))
    v128.store(y, v128.bitselect(v128.load(t), v128.load(e), mask))
    c += 4
    t += 16
    e += 16
    y += 16
  }
  for (; left > 0; left--) {
    store<u32>(y, load<u8>(c) == 1 ? load<u32>(t) : load<u32>(e))
    c += 1
    t += 4
    e += 4
    y += 4
  }
}

export function select_8(cmd: usize, begin: i32, end: i32): void {
  const command = changetype<SelectCmd>(cmd)
  const first = begin * BLOCK
  let left = min(end * BLOCK, command.n) - first
  let c = command.condition + <usize>first
  let t = command.t + <usize>first
  let e = command.e + <usize>first
  let y = command.y + <usize>first
  for (; left >= 16; left -= 16) {
    v128.store(y, v128.bitselect(v128.load(t), v128.load(e), i8x16.eq(v128.load(c), i8x16.splat(1))))
    c += 16
    t += 16
    e += 16
    y += 16
  }
  for (; left > 0; left--) {
    store<u8>(y, load<u8>(c) == 1 ? load<u8>(t) : load<u8>(e))
    c += 1
    t += 1
    e += 1
    y += 1
  }
}
