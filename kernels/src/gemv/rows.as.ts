import { fma, loadHead, storeHead } from '../runtime/simd.as'

/** y[n] += alpha * x[k] . M[k, n]; `mStep` bytes from a row of M to the next. Four rows a pass: more streams run slower. */
export function rows(n: i32, k: i32, x: usize, alpha: f32, m: usize, mStep: usize, y: usize): void {
  for (; k >= 4; k -= 4) {
    const x0 = f32x4.splat(alpha * load<f32>(x))
    const x1 = f32x4.splat(alpha * load<f32>(x, 4))
    const x2 = f32x4.splat(alpha * load<f32>(x, 8))
    const x3 = f32x4.splat(alpha * load<f32>(x, 12))
    let m0 = m
    let m1 = m0 + mStep
    let m2 = m1 + mStep
    let m3 = m2 + mStep
    let p = y
    let j = n
    for (; j >= 8; j -= 8) {
      let v = fma(x0, v128.load(m0), v128.load(p)), w = fma(x0, v128.load(m0, 16), v128.load(p, 16))
      v = fma(x1, v128.load(m1), v)
      w = fma(x1, v128.load(m1, 16), w)
      v = fma(x2, v128.load(m2), v)
      w = fma(x2, v128.load(m2, 16), w)
      v = fma(x3, v128.load(m3), v)
      w = fma(x3, v128.load(m3, 16), w)
      v128.store(p, w, 16)
      v128.store(p, v)
      m0 += 32
      m1 += 32
      m2 += 32
      m3 += 32
      p += 32
    }
    if (j >= 4) {
      let v = fma(x0, v128.load(m0), v128.load(p))
      v = fma(x1, v128.load(m1), v)
      v = fma(x2, v128.load(m2), v)
      v128.store(p, fma(x3, v128.load(m3), v))
      m0 += 16
      m1 += 16
      m2 += 16
      m3 += 16
      p += 16
      j -= 4
    }
    if (j > 0) {
      let v = fma(x0, loadHead(m0, j), loadHead(p, j))
      v = fma(x1, loadHead(m1, j), v)
      v = fma(x2, loadHead(m2, j), v)
      storeHead(p, fma(x3, loadHead(m3, j), v), j)
    }
    x += 16
    m += 4 * mStep
  }
  for (; k > 0; k--) {
    const x0 = f32x4.splat(alpha * load<f32>(x))
    let m0 = m
    let p = y
    let j = n
    for (; j >= 4; j -= 4) {
      v128.store(p, fma(x0, v128.load(m0), v128.load(p)))
      m0 += 16
      p += 16
    }
    if (j > 0) storeHead(p, fma(x0, loadHead(m0, j), loadHead(p, j)), j)
    x += 4
    m += mStep
  }
}
