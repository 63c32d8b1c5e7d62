import { BLOCK_SCRATCH, gemm_block_f32 } from '../gemm/block.as'
import { pack_b_f32 } from '../gemm/pack.as'
import { AttentionGradCmd } from '../generated/commands.as'
import { scratch } from '../runtime/scratch.as'
import { multiplyColumns, TILE } from './columns.as'
import { CAUSAL_ROWS } from './forward.as'
import { dotRow, expRow, hide, maskRow, scaleRow } from './rows.as'

/**
 * The gradients of sum(out * dOut) + sum(scores * dScores) by q, k and v, for what `attention_f32` computed: with the
 * weights w rebuilt from stats, dw = dOut v^T + dScores and ds = w * (dw - sum over keys of w * dw):
 * dq = scale * ds k, dk = scale * ds^T q, dv = w^T dOut; ds is 0 in a row that sees no key. Outputs alias no input.
 */
export function attention_grad_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<AttentionGradCmd>(cmd)
  for (let head = begin; head < end; head++) {
    for (let j0 = 0; j0 < c.keys; j0 += c.block) keyBlock(c, head, j0)
  }
}

/** Keys [j0, j0 + block) of one head: their dk and dv, and what they add to dq. */
function keyBlock(c: AttentionGradCmd, head: i32, j0: i32): void {
  const b = head / c.heads, h = head % c.heads
  const kAt = b * c.kStride0 + h * c.kStride1 + j0 * c.kStride2
  const vAt = b * c.vStride0 + h * c.vStride1 + j0 * c.vStride2

  const size = min(c.block, c.keys - j0)
  const width = (c.dim + 7) & ~7, valueWidth = (c.valueDim + 7) & ~7
  const kT = scratch + BLOCK_SCRATCH // scale * k in panels of 8 keys
  const vT = kT + (<usize>(c.block * c.dim) << 2)
  const kP = vT + (<usize>(c.block * c.valueDim) << 2) // scale * k in panels of 8 dimensions
  const dk = kP + (<usize>(c.block * width) << 2)
  const dv = dk + (<usize>(c.block * width) << 2)
  const free = dv + (<usize>(c.block * valueWidth) << 2)

  pack_b_f32(c.k + kAt, c.kStride2, true, c.dim, size, kT, <usize>c.dim << 5, c.scale)
  pack_b_f32(c.v + vAt, c.vStride2, true, c.valueDim, size, vT, <usize>c.valueDim << 5, 1)
  pack_b_f32(c.k + kAt, c.kStride2, false, size, c.dim, kP, <usize>size << 5, c.scale)
  memory.fill(dk, 0, free - dk)
  for (let i0 = 0; i0 < c.queries; i0 += c.rows) queryBlock(c, head, j0, i0, kT, vT, kP, dk, dv, free)
  for (let j = 0; j < size; j++) {
    memory.copy(c.dk + kAt + j * c.kStride2, dk + (<usize>(j * width) << 2), <usize>c.dim << 2)
    memory.copy(c.dv + vAt + j * c.vStride2, dv + (<usize>(j * valueWidth) << 2), <usize>c.valueDim << 2)
  }
}

/** What queries [i0, i0 + rows) add to dk and dv of the block of keys at j0, and it to their dq. */
function queryBlock(
  c: AttentionGradCmd, head: i32, j0: i32, i0: i32,
  kT: usize, vT: usize, kP: usize, dk: usize, dv: usize, free: usize,
): void {
  const b = head / c.heads, h = head % c.heads
  const qAt = b * c.qStride0 + h * c.qStride1 + i0 * c.qStride2
  const outAt = b * c.outStride0 + h * c.outStride1 + i0 * c.outStride2
  const stats = c.stats + (<usize>(head * c.queries + i0) << 3)
  const scoreBytes = <usize>c.keys << 2
  const scoresAt = <usize>(head * c.queries + i0) * scoreBytes + (<usize>j0 << 2)
  const maskStep: usize = c.maskStride2
  const maskByte: usize = c.maskKind == 2 ? 2 : 0
  const mask = c.mask + b * c.maskStride0 + h * c.maskStride1 + <usize>i0 * maskStep + (<usize>j0 << maskByte)

  const size = min(c.block, c.keys - j0)
  const count = min(c.rows, c.queries - i0)
  let causal = c.causal != 0
  if (causal) {
    // A row that sees no key weighs all keys, those behind it too.
    for (let i = 0; i < count; i++) causal = causal && load<f32>(stats + (<usize>i << 3), 4) != 0
  }
  if (causal && i0 + count <= j0) return

  const width = (c.dim + 7) & ~7, valueWidth = (c.valueDim + 7) & ~7
  const wBytes = <usize>(c.block + 8) << 2
  const w = free
  const ds = w + <usize>c.rows * wBytes
  const qP = ds + <usize>c.rows * wBytes // scale * q in panels of 8 dimensions
  const outP = qP + (<usize>(c.rows * width) << 2)

  const q = c.q + qAt, dOut = c.dOut + outAt
  pack_b_f32(q, c.qStride2, false, count, c.dim, qP, <usize>count << 5, c.scale)
  pack_b_f32(dOut, c.outStride2, false, count, c.valueDim, outP, <usize>count << 5, 1)
  const part = causal ? CAUSAL_ROWS : count
  for (let t = 0; t < count; t += part) {
    const last = min(t + part, count)
    // Behind `limit` none of these queries sees a key.
    const limit = causal ? min(size, i0 + last - j0) : size
    if (limit <= 0) continue
    const padded = (limit + 7) & ~7
    const wt = w + <usize>t * wBytes, dst = ds + <usize>t * wBytes
    gemm_block_f32(
      last - t, padded, c.dim, q + t * c.qStride2, c.qStride2, kT, 32, <usize>c.dim << 5, 0, 0, wt, wBytes, c.tileRows,
    )
    gemm_block_f32(
      last - t, padded, c.valueDim, dOut + t * c.outStride2, c.outStride2, vT, 32, <usize>c.valueDim << 5,
      0, 0, dst, wBytes, c.tileRows,
    )
    for (let i = t; i < last; i++) {
      const wi = w + <usize>i * wBytes, dsi = ds + <usize>i * wBytes
      const m = load<f32>(stats + (<usize>i << 3)), inverse = load<f32>(stats + (<usize>i << 3), 4)
      const seen = c.causal ? max(0, min(size, i0 + i + 1 - j0)) : size
      if (inverse == 0) {
        // The weights are constant: there is nothing for q and k.
        for (let j: usize = 0; j < <usize>padded << 2; j += 4) store<f32>(wi + j, <f32>1 / <f32>c.keys)
        memory.fill(dsi, 0, <usize>padded << 2)
        continue
      }
      hide(wi, seen, padded)
      if (c.maskKind) maskRow(wi, mask + <usize>i * maskStep, c.maskKind, seen)
      expRow(wi, padded, m, inverse)
      let mean = dotRow(dOut + i * c.outStride2, c.out + outAt + i * c.outStride2, c.valueDim)
      if (c.dScores) {
        const at = scoresAt + <usize>i * scoreBytes
        mean += dotRow(c.dScores + at - (<usize>j0 << 2), c.scores + at - (<usize>j0 << 2), c.keys)
        scaleRow(c.dScores + at, seen, 1, dsi, true)
      }
      scoreGradRow(wi, dsi, padded, mean)
    }
    const dq = c.dq + qAt + t * c.qStride2
    gemm_block_f32(
      last - t, c.dim, limit, dst, wBytes, kP, 32, <usize>size << 5, j0 ? dq : 0, c.qStride2, dq, c.qStride2, c.tileRows,
    )
  }
  for (let j = 0; j < size; j += TILE) {
    // Earlier queries do not see these keys.
    const from = causal ? max(0, j0 + j - i0) : 0
    if (from >= count) break
    const at = <usize>from * wBytes + (<usize>j << 2)
    const skip = <usize>from << 5
    const dkj = dk + (<usize>(j * width) << 2), dvj = dv + (<usize>(j * valueWidth) << 2)
    multiplyColumns(ds + at, wBytes, qP + skip, <usize>count << 5, width >> 3, count - from, dkj, <usize>width << 2)
    multiplyColumns(w + at, wBytes, outP + skip, <usize>count << 5, valueWidth >> 3, count - from, dvj, <usize>valueWidth << 2)
  }
}

/** ds[j] = w[j] * (dw[j] - mean) in the place of dw, for n (a multiple of 8) f32. */
function scoreGradRow(w: usize, dw: usize, n: i32, mean: f32): void {
  const shift = f32x4.splat(mean)
  for (const end = w + (<usize>n << 2); w < end; w += 16) {
    v128.store(dw, f32x4.mul(v128.load(w), f32x4.sub(v128.load(dw), shift)))
    dw += 16
  }
}
