import { gemm_block_f32 } from '../gemm/block.as'
import { pack_b_f32 } from '../gemm/pack.as'
import { AttentionCmd } from '../generated/commands.as'
import { scratch } from '../runtime/scratch.as'
import { exp1, expRow, hide, LOWEST, maskRow, maxRow, scaleRow, seesKey } from './rows.as'

/** Where causal, this many queries at a time leave out the keys that none of them sees: two tiles of 6 rows, three of 4. */
export const CAUSAL_ROWS: i32 = 12

/**
 * out[i] = sum over j of w[i,j] v[j], with w[i] = softmax over the visible keys j of (scale * q[i] . k[j] + mask[i,j]);
 * where no key is visible, w[i,j] = 1 / keys, and where all that are visible score -Infinity, NaN. `causal` hides the keys j > i.
 *
 * stats[i] = (m, 1/l) with w[i,j] = exp(s[i,j] - m) / l; 1/l is 0 where no key is visible. scores (or 0) takes w.
 * Outputs alias no input. `scratchBytes` of attention.ts counts the scratch memory.
 */
export function attention_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<AttentionCmd>(cmd)
  const blocks = (c.queries + c.rows - 1) / c.rows
  let packed = -1
  for (let item = begin; item < end; item++) {
    const head = item / blocks
    const first = (item % blocks) * c.rows
    packed = queryBlock(c, head, first, packed)
  }
}

/** Queries [first, first + rows) of one head. `packed` is the head whose only block of keys lies packed in scratch, or -1. */
function queryBlock(c: AttentionCmd, head: i32, first: i32, packed: i32): i32 {
  const b = head / c.heads, h = head % c.heads
  const q = c.q + b * c.qStride0 + h * c.qStride1 + first * c.qStride2
  const k = c.k + b * c.kStride0 + h * c.kStride1
  const v = c.v + b * c.vStride0 + h * c.vStride1
  const out = c.out + b * c.outStride0 + h * c.outStride1 + first * c.outStride2
  const maskStep: usize = c.maskStride2
  const mask = c.mask + b * c.maskStride0 + h * c.maskStride1 + <usize>first * maskStep
  const maskByte: usize = c.maskKind == 2 ? 2 : 0
  const stats = c.stats + (<usize>(head * c.queries + first) << 3)
  const scores = c.scores + (<usize>(head * c.queries + first) * c.keys << 2)
  const scoreBytes = <usize>c.keys << 2

  const count = min(c.rows, c.queries - first)
  const width = (c.valueDim + 7) & ~7
  const block = c.block
  const keyPanelBytes = <usize>c.dim << 5
  const valuePanelBytes = <usize>min(block, c.keys) << 5
  const keyPanels = scratch
  const valuePanels = keyPanels + (<usize>(block * c.dim) << 2)
  const s = valuePanels + (<usize>(block * width) << 2)
  const sBytes = <usize>(block + 8) << 2
  const sums = s + <usize>c.rows * sBytes
  const sumBytes = <usize>width << 2

  for (let i = 0; i < count; i++) {
    store<f32>(stats + (<usize>i << 3), LOWEST)
    store<f32>(stats + (<usize>i << 3), 0, 4)
  }

  const keys = c.causal ? min(c.keys, first + count) : c.keys
  const part = c.causal ? CAUSAL_ROWS : count
  for (let j0 = 0; j0 < keys; j0 += block) {
    const size = min(block, c.keys - j0)
    if (packed != head) {
      pack_b_f32(k + j0 * c.kStride2, c.kStride2, true, c.dim, size, keyPanels, keyPanelBytes, c.scale)
      pack_b_f32(v + j0 * c.vStride2, c.vStride2, false, size, c.valueDim, valuePanels, valuePanelBytes, 1)
      if (c.keys <= block) packed = head
    }
    for (let t = 0; t < count; t += part) {
      const last = min(t + part, count)
      // Behind `limit` none of these queries sees a key.
      const limit = c.causal ? min(size, first + last - j0) : size
      if (limit <= 0) continue
      const padded = (limit + 7) & ~7
      const st = s + <usize>t * sBytes
      const sumT = sums + <usize>t * sumBytes
      gemm_block_f32(
        last - t, padded, c.dim, q + t * c.qStride2, c.qStride2, keyPanels, 32, keyPanelBytes, 0, 0, st, sBytes, c.tileRows,
      )
      for (let i = t; i < last; i++) {
        const si = s + <usize>i * sBytes
        const seen = c.causal ? max(0, min(size, first + i + 1 - j0)) : size
        hide(si, seen, padded)
        if (c.maskKind) maskRow(si, mask + <usize>i * maskStep + (<usize>j0 << maskByte), c.maskKind, seen)
        if (c.scores) memory.copy(scores + <usize>i * scoreBytes + (<usize>j0 << 2), si, <usize>seen << 2)
        softmaxRow(si, padded, stats + (<usize>i << 3), sums + <usize>i * sumBytes, j0 ? width : 0)
      }
      gemm_block_f32(
        last - t, width, limit, st, sBytes, valuePanels, 32, valuePanelBytes,
        j0 ? sumT : 0, sumBytes, sumT, sumBytes, c.tileRows,
      )
    }
  }

  for (let i = 0; i < count; i++) {
    const stat = stats + (<usize>i << 3)
    const to = out + i * c.outStride2
    const seen = c.causal ? min(c.keys, first + i + 1) : c.keys
    let sum = load<f32>(stat, 4)
    // Scores that overflow to -Infinity have no softmax, as elsewhere.
    if (sum == 0 && seesKey(mask + <usize>i * maskStep, c.maskKind, seen)) sum = NaN
    if (sum == 0) {
      meanRow(v, c.vStride2, c.keys, c.valueDim, to)
    } else {
      store<f32>(stat, 1 / sum, 4)
      scaleRow(sums + <usize>i * sumBytes, c.valueDim, 1 / sum, to, false)
    }
    if (c.scores) weightsRow(scores + <usize>i * scoreBytes, c.keys, seen, stat)
  }
  return packed
}

/**
 * Turns n scores into exp(score - m), with m and their sum l in `stat` updated by this block of keys; the `width` sums over
 * earlier blocks are scaled to the new m.
 */
// @ts-ignore: decorator
@inline
function softmaxRow(s: usize, n: i32, stat: usize, sums: usize, width: i32): void {
  const before = load<f32>(stat)
  const m = max<f32>(before, maxRow(s, n))
  const sum = expRow(s, n, m, 1)
  let kept: f32 = 0
  if (width) {
    const decay = exp1(before - m)
    kept = load<f32>(stat, 4) * decay
    if (decay != 1) scaleRow(sums, width, decay, sums, false)
  }
  store<f32>(stat, m)
  store<f32>(stat, kept + sum, 4)
}

/** The mean of `rows` rows of v. */
function meanRow(v: usize, stride: usize, rows: i32, width: i32, to: usize): void {
  memory.fill(to, 0, <usize>width << 2)
  const part: f32 = <f32>1 / <f32>rows
  for (let j = 0; j < rows; j++) {
    scaleRow(v, width, part, to, true)
    v += stride
  }
}

/** Turns masked scores into weights, in place; those at [seen, keys) are hidden. */
function weightsRow(s: usize, keys: i32, seen: i32, stat: usize): void {
  const m = load<f32>(stat), inverse = load<f32>(stat, 4)
  if (inverse == 0) {
    for (let j: usize = 0; j < <usize>keys << 2; j += 4) store<f32>(s + j, <f32>1 / <f32>keys)
    return
  }
  const body = seen & ~7
  expRow(s, body, m, inverse)
  for (let j = <usize>body << 2; j < <usize>seen << 2; j += 4) store<f32>(s + j, exp1(load<f32>(s + j) - m) * inverse)
  memory.fill(s + (<usize>seen << 2), 0, <usize>(keys - seen) << 2)
}
