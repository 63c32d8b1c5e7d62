import { BatchNormCmd, BatchNormFactorCmd } from '../generated/commands.as'
import { fma } from '../runtime/simd.as'

export function batchnorm_factor_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<BatchNormFactorCmd>(cmd)
  for (let i = <usize>begin << 2; i < <usize>end << 2; i += 4) {
    const scale: f64 = c.scale == 0 ? 1 : <f64>load<f32>(c.scale + i)
    store<f32>(c.factor + i, <f32>(scale / sqrt(<f64>load<f32>(c.variance + i) + <f64>c.epsilon)))
  }
}

export function batchnorm_f32(cmd: usize, begin: i32, end: i32): void {
  const c = changetype<BatchNormCmd>(cmd)
  if (c.offset) rows(true, c, begin, end)
  else rows(false, c, begin, end)
}

/** `shifted`, a constant: there is an offset. Vectors come in pairs, for 256-bit operations. */
// @ts-ignore: decorator
@inline
function rows(shifted: bool, c: BatchNormCmd, begin: i32, end: i32): void {
  const zero = f32x4.splat(0)
  const bytes = <usize>c.channels << 2
  let x = c.x + <usize>begin * bytes
  let y = c.y + <usize>begin * bytes
  const mean = c.mean
  const factor = c.factor
  const offset = c.offset
  for (let row = begin; row < end; row++) {
    let i: usize = 0
    for (; i + 32 <= bytes; i += 32) {
      const d0 = f32x4.sub(v128.load(x + i), v128.load(mean + i))
      const d1 = f32x4.sub(v128.load(x + i, 16), v128.load(mean + i, 16))
      const f0 = v128.load(factor + i), f1 = v128.load(factor + i, 16)
      const o0 = shifted ? v128.load(offset + i) : zero, o1 = shifted ? v128.load(offset + i, 16) : zero
      v128.store(y + i, fma(d1, f1, o1), 16)
      v128.store(y + i, fma(d0, f0, o0))
    }
    if (i + 16 <= bytes) {
      const d = f32x4.sub(v128.load(x + i), v128.load(mean + i))
      v128.store(y + i, fma(d, v128.load(factor + i), shifted ? v128.load(offset + i) : zero))
      i += 16
    }
    for (; i < bytes; i += 4) {
      const d = f32x4.sub(v128.load32_zero(x + i), v128.load32_zero(mean + i))
      const o = shifted ? v128.load32_zero(offset + i) : zero
      v128.store_lane<f32>(y + i, fma(d, v128.load32_zero(factor + i), o), 0)
    }
    x += bytes
    y += bytes
  }
}
