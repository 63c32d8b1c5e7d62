// What of the engine's flags the wide mode needs. Everything here is synchronous: other code sees the flags as they were.
import type { Variant } from '../runtime/features.ts'

// Inlining is done when the kernels are built: V8 decides on it by what its baseline compiler has counted, which has not run.
export const NEEDED = [
  '--experimental-wasm-revectorize',
  '--no-wasm-inlining',
  '--no-liftoff',
  '--no-wasm-lazy-compilation',
]
const AFTERWARDS = ['--no-experimental-wasm-revectorize', '--wasm-inlining', '--liftoff', '--wasm-lazy-compilation']

/**
 * Those of Node 24 and 26, with which tests compile the kernels (paired.test.ts, bench/src/engines/wide.test.ts). The pass is
 * experimental, and where it meets what it does not know it ends the process: no self-test can catch that.
 */
const TRIED_V8 = ['13.6.233.', '14.6.202.']

interface Process {
  arch?: string
  versions?: { node?: string; v8?: string; bun?: string; deno?: string }
  getBuiltinModule?(name: string): { setFlagsFromString(flag: string): void } | undefined
}

/** Why this engine can not make one 256-bit operation of two 128-bit ones, as far as its name tells; undefined where it can. */
export function whyNotWide(process = (globalThis as { process?: Process }).process): string | undefined {
  const { node, v8 = '0', bun, deno } = process?.versions ?? {}
  if (node === undefined || bun !== undefined || deno !== undefined) return 'only Node can fuse vectors'
  if (!TRIED_V8.some((version) => v8.startsWith(version)))
    return `it was not tried on Node ${node} (V8 ${v8}); it was on 24 and 26`
  if (process?.arch !== 'x64') return `vectors are fused on x64 only, not on ${process?.arch}`
  if (process.getBuiltinModule?.('node:v8') === undefined) return 'the flags of V8 can not be set'
  return undefined
}

/** Why kernels of `variant`, by default the fastest, can not run in wide mode here; undefined where they can. */
export function wideObstacle(variant?: Variant): string | undefined {
  return whyNotWide() ?? (variant === 'simd' ? "the variant 'simd' has no kernels for it, 'relaxed' has" : undefined)
}

/**
 * Compiles for 256-bit operations. All functions at once and by the optimising compiler, while the flags are set: so what a
 * self-test runs is what will run, and no other module of this process is compiled with them.
 */
export function compileWide(bytes: Uint8Array): WebAssembly.Module {
  const v8 = (globalThis as { process?: Process }).process?.getBuiltinModule?.('node:v8')
  if (v8 === undefined) throw new Error(`compileWide: ${whyNotWide()}`)
  for (const flag of NEEDED) v8.setFlagsFromString(flag)
  try {
    return new WebAssembly.Module(unlike(bytes))
  } finally {
    for (const flag of AFTERWARDS) v8.setFlagsFromString(flag)
  }
}

/** The same module with a section that means nothing: of equal bytes V8 would take the code that it has. */
function unlike(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode('wide')
  return new Uint8Array([...bytes, 0, name.length + 1, name.length, ...name])
}
