/** A wasm build: of fixed-width SIMD, or with relaxed SIMD (fused multiply-add). */
export type Variant = 'simd' | 'relaxed'

// (func (result v128) i32.const 1; i8x16.splat; i32.const 2; i8x16.splat; i8x16.relaxed_swizzle)
const RELAXED_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15,
  253, 128, 2, 11,
]

// (func (result v128) i32.const 0; i8x16.splat)
const SIMD_PROBE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11]

function supportsSimd(): boolean {
  return WebAssembly.validate(new Uint8Array(SIMD_PROBE))
}

function supportsRelaxedSimd(): boolean {
  return WebAssembly.validate(new Uint8Array(RELAXED_PROBE))
}

/** Shared memory needs a cross-origin isolated page in browsers, and nothing in Node. */
export function supportsSharedMemory(): boolean {
  return (
    typeof SharedArrayBuffer !== 'undefined' &&
    (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false
  )
}

/** The variants that this engine runs, the fastest first. */
export function supportedVariants(): Variant[] {
  if (!supportsSimd()) return []
  return supportsRelaxedSimd() ? ['relaxed', 'simd'] : ['simd']
}
