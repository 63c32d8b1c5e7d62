import { GemvCmd } from '../generated/commands.as'
import { activate_f32 } from '../gemm/epilogue.as'
import { HAS_WIDE } from '../runtime/simd.as'
import { dots, dotsWide } from './dots.as'
import { panels, turn } from './panels.as'
import { rows } from './rows.as'

// @ts-ignore: decorator
@inline
function eachBlock(
  cmd: usize, begin: i32, end: i32, back: bool,
  multiply: (c: GemvCmd, x: usize, matrix: usize, first: i32, count: i32, y: usize) => void,
): void {
  const c = changetype<GemvCmd>(cmd)
  const blocks = (c.n + c.block - 1) / c.block
  for (let i = begin; i < end; i++) {
    const item = back ? begin + end - 1 - i : i
    const batch = item / blocks
    const first = (item - batch * blocks) * c.block
    const count = min(c.block, c.n - first)
    const y = c.y + (<usize>(batch * c.batchY + first) << 2)
    start(c, first, count, y)
    multiply(c, c.x + (<usize>(batch * c.batchX) << 2), c.matrix + (<usize>(batch * c.batchMatrix) << 2), first, count, y)
    if (c.activation) activate_f32(c.activation, y, 0, 1, count, c.leak, c.slope + (<usize>first << 2))
  }
}

/** What the products are added to. */
function start(c: GemvCmd, first: i32, count: i32, y: usize): void {
  if (c.accumulate) return
  const bytes = <usize>count << 2
  if (!c.bias) memory.fill(y, 0, bytes)
  else if (c.biasStep) memory.copy(y, c.bias + (<usize>first << 2), bytes)
  else for (let i: usize = 0; i < bytes; i += 4) store<f32>(y + i, load<f32>(c.bias))
}

/** See `gemv` in command.ts. */
export function gemv_rows_f32(cmd: usize, begin: i32, end: i32): void {
  eachBlock(cmd, begin, end, false, (c: GemvCmd, x: usize, matrix: usize, first: i32, count: i32, y: usize) => {
    rows(count, c.k, x, c.alpha, matrix + (<usize>first << 2), <usize>c.ld << 2, y)
  })
}

/** See `gemv` in command.ts. */
export function gemv_dots_f32(cmd: usize, begin: i32, end: i32): void {
  eachBlock(cmd, begin, end, false, (c: GemvCmd, x: usize, matrix: usize, first: i32, count: i32, y: usize) => {
    const m = matrix + (<usize>(first * c.ld) << 2)
    const mStep = <usize>c.ld << 2
    if (HAS_WIDE && c.wide) dotsWide(count, c.k, x, c.alpha, m, mStep, y)
    else dots(count, c.k, x, c.alpha, m, mStep, y)
  })
}

/** See `gemv` in command.ts. */
export function gemv_panels_f32(cmd: usize, begin: i32, end: i32): void {
  eachBlock(cmd, begin, end, turn(), (c: GemvCmd, x: usize, matrix: usize, first: i32, count: i32, y: usize) => {
    panels(count, c.k, x, matrix + (<usize>first * c.k << 2), y)
  })
}
