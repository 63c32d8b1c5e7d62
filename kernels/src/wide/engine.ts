// What of the engine's flags the wide mode needs. Everything here is synchronous: other code sees the flags as they were.

const NEEDED = ['--experimental-wasm-revectorize', '--no-liftoff', '--no-wasm-lazy-compilation']
const AFTERWARDS = ['--no-experimental-wasm-revectorize', '--liftoff', '--wasm-lazy-compilation']

/** V8 before this one lacks the pass, or was never tested with it. */
const LEAST_V8 = 13.6
/** From this one on the pass ends the process with a fatal error on some kernels, which no self-test can catch. */
const BROKEN_V8 = 14

interface Process {
  arch?: string
  versions?: { node?: string; v8?: string; bun?: string; deno?: string }
  getBuiltinModule?(name: string): { setFlagsFromString(flag: string): void } | undefined
}

/** Why this engine can not make one 256-bit operation of two 128-bit ones, as far as its name tells; undefined where it can. */
export function whyNotWide(process = (globalThis as { process?: Process }).process): string | undefined {
  const { node, v8 = '0', bun, deno } = process?.versions ?? {}
  if (node === undefined || bun !== undefined || deno !== undefined) return 'only Node can fuse vectors'
  if (Number.parseFloat(v8) < LEAST_V8) return `Node ${node} can not fuse vectors; Node 24 can`
  if (Number.parseFloat(v8) >= BROKEN_V8) return `Node ${node} may crash when it fuses vectors; Node 24 can`
  if (process?.arch !== 'x64') return `vectors are fused on x64 only, not on ${process?.arch}`
  if (process.getBuiltinModule?.('node:v8') === undefined) return 'the flags of V8 can not be set'
  return undefined
}

/**
 * Compiles for 256-bit operations. All functions at once and by the optimising compiler, while the flags are set: so what a
 * self-test runs is what will run, and no other module of this process is compiled with them.
 */
export function compileWide(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
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
