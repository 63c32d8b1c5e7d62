import { AttentionGradCmd } from '../generated/commands.as'
import { scratch } from '../runtime/scratch.as'
import { copyScaled, packColumns, packRows, writeRow } from './pack.as'
import { dotRow, expRow, hide, maskRow } from './rows.as'
import { multiplyColumns, multiplyRows, TILE } from './tile.as'

/**
 * The gradients of sum(out * dOut) + sum(scores * dScores) by q, k and v, for what `attention_f32` computed: with the
 * weights w rebuilt from stats, dw = dOut v^T + dScores and ds = w * (dw - sum over keys of w * dw):
 * dq = scale * ds k, dk = scale * ds^T q, dv = w^T dOut. Outputs alias no input.
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
  const width = (c.dim + 7) >> 3, valueWidth = (c.valueDim + 7) >> 3
  const tiled = <usize>((c.rows + TILE - 1) / TILE * TILE)
  const kT = scratch // k in panels of 8 keys
  const vT = kT + (<usize>c.block * c.dim << 2)
  const kP = vT + (<usize>c.block * c.valueDim << 2) // k in panels of 8 dimensions
  const dk = kP + (<usize>c.block * width << 5)
  const dv = dk + (<usize>c.block * width << 5)
  const w = dv + (<usize>c.block * valueWidth << 5)
  const wBytes = <usize>(c.block + 8) << 2
  const ds = w + tiled * wBytes
  const block = ds + tiled * wBytes // what queryBlock needs

  packRows(c.k + kAt, c.kStride2, size, c.dim, kT)
  packRows(c.v + vAt, c.vStride2, size, c.valueDim, vT)
  packColumns(c.k + kAt, c.kStride2, size, c.dim, kP)
  memory.fill(dk, 0, w - dk)
  for (let i0 = 0; i0 < c.queries; i0 += c.rows) queryBlock(c, head, j0, i0, kT, vT, kP, dk, dv, w, ds, block)
  for (let j = 0; j < size; j++) {
    writeRow(dk + (<usize>(j * width) << 5), c.dim, 1, c.dk + kAt + j * c.kStride2, false)
    writeRow(dv + (<usize>(j * valueWidth) << 5), c.valueDim, 1, c.dv + vAt + j * c.vStride2, false)
  }
}

function queryBlock(
  c: AttentionGradCmd, head: i32, j0: i32, i0: i32,
  kT: usize, vT: usize, kP: usize, dk: usize, dv: usize, w: usize, ds: usize, free: usize,
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
  const add = j0 != 0
  if (causal && i0 + count <= j0) return

  const width = (c.dim + 7) >> 3, valueWidth = (c.valueDim + 7) >> 3
  const tiled = <usize>((c.rows + TILE - 1) / TILE * TILE)
  const wBytes = <usize>(c.block + 8) << 2
  const qBytes = <usize>c.dim << 2, outBytes = <usize>c.valueDim << 2, dqBytes = <usize>width << 5
  const qRows = free
  const outRows = qRows + tiled * qBytes
  const qP = outRows + tiled * outBytes // in panels of 8 dimensions
  const outP = qP + (<usize>c.rows * width << 5)
  const dq = outP + (<usize>c.rows * valueWidth << 5)

  copyScaled(c.q + qAt, c.qStride2, count, c.dim, c.scale, qRows, qBytes)
  copyScaled(c.dOut + outAt, c.outStride2, count, c.valueDim, 1, outRows, outBytes)
  packColumns(qRows, qBytes, count, c.dim, qP)
  packColumns(outRows, outBytes, count, c.valueDim, outP)
  for (let t = 0; t < count; t += TILE) {
    const limit = causal ? min(size, i0 + min(t + TILE, count) - j0) : size
    if (limit <= 0) continue
    const panels = (limit + 7) >> 3
    const wt = w + <usize>t * wBytes, dst = ds + <usize>t * wBytes
    multiplyRows(qRows + <usize>t * qBytes, qBytes, kT, <usize>c.dim << 5, panels, c.dim, wt, wBytes, false)
    multiplyRows(outRows + <usize>t * outBytes, outBytes, vT, <usize>c.valueDim << 5, panels, c.valueDim, dst, wBytes, false)
    for (let i = t; i < min(t + TILE, count); i++) {
      const wi = w + <usize>i * wBytes, dsi = ds + <usize>i * wBytes
      const m = load<f32>(stats + (<usize>i << 3)), inverse = load<f32>(stats + (<usize>i << 3), 4)
      const seen = c.causal && inverse != 0 ? max(0, min(size, i0 + i + 1 - j0)) : size
      if (inverse == 0) {
        for (let j: usize = 0; j < <usize>size << 2; j += 4) store<f32>(wi + j, <f32>1 / <f32>c.keys)
        memory.fill(wi + (<usize>size << 2), 0, <usize>((panels << 3) - size) << 2)
      } else {
        hide(wi, seen, panels << 3)
        if (c.maskKind) maskRow(wi, mask + <usize>i * maskStep, c.maskKind, seen)
        expRow(wi, panels << 3, m, inverse)
      }
      let mean = dotRow(c.dOut + outAt + i * c.outStride2, c.out + outAt + i * c.outStride2, c.valueDim)
      if (c.dScores) {
        const at = scoresAt + <usize>i * scoreBytes
        mean += dotRow(c.dScores + at - (<usize>j0 << 2), c.scores + at - (<usize>j0 << 2), c.keys)
        writeRow(c.dScores + at, seen, 1, dsi, true)
      }
      scoreGradRow(wi, dsi, panels << 3, mean)
    }
    multiplyRows(dst, wBytes, kP, <usize>size << 5, width, limit, dq + <usize>t * dqBytes, dqBytes, false)
    for (let i = t; i < min(t + TILE, count); i++)
      writeRow(dq + <usize>i * dqBytes, c.dim, c.scale, c.dq + qAt + i * c.qStride2, add)
  }
  for (let j = 0; j < size; j += TILE) {
    // Earlier queries do not see these keys.
    const from = causal ? max(0, j0 + j - i0) : 0
    if (from >= count) break
    const at = <usize>from * wBytes + (<usize>j << 2)
    const skip = <usize>from << 5
    multiplyColumns(
      ds + at, wBytes, qP + skip, <usize>count << 5, width, count - from, dk + (<usize>(j * width) << 5), <usize>width << 5, true,
    )
    multiplyColumns(
      w + at, wBytes, outP + skip, <usize>count << 5, valueWidth, count - from,
      dv + (<usize>(j * valueWidth) << 5), <usize>valueWidth << 5, true,
    )
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
