import { MOST_THREADS, whyNotWide } from '@lanewise/kernels'
import { show } from './show.ts'

/** What happens when a kernel has no SIMD version for a call, so that backend-cpu's has to serve it. */
export type FallbackMode = 'silent' | 'warn' | 'error'

/** What `configure` takes. */
export interface Options {
  /** `silent` (default) says nothing; `warn` says so once per kernel; `error` throws, naming the kernel and the reason. */
  fallback?: FallbackMode
  /** 256-bit operations, where the engine can make them: Node 24 and 26, on x64. Also by LANEWISE_WIDE=1. `info()` says whether. */
  wide?: boolean
  /**
   * Threads to compute with, the calling one included: a number, or `auto` for the cores that this process may use. By default
   * what LANEWISE_THREADS says in the environment, or 1.
   */
  threads?: number | 'auto'
  /**
   * Convolutions 3x3 of stride 1, and from 4x4 to 8x8 of stride 2, by Winograd's method where that is faster, as it is by default: up to
   * 3 times, for rounding that is 2 to 4 times that of adding up products, and for infinities and NaN that spread over a tile of up to 5x5 pixels.
   */
  winograd?: boolean
  /**
   * Whether models that the packages build replay captured steps by themselves, as they do by default unless LANEWISE_ACCELERATE=0
   * is in the environment. It does not concern models that are given to `accelerate`.
   */
  accelerate?: boolean
  /**
   * Where the random numbers of captured functions and accelerated models begin, as dropout draws them: the same ones after the same seed. Set
   * again, they begin anew. By default a number of Math.random. Eager calls draw by Math.random, as TensorFlow.js does.
   */
  seed?: number
}

const checks: Record<keyof Options, { allowed: string; test(value: unknown): boolean; late: boolean }> = {
  fallback: {
    allowed: "'silent', 'warn' or 'error'",
    test: (value) => value === 'silent' || value === 'warn' || value === 'error',
    late: true,
  },
  wide: { allowed: 'true or false', test: (value) => typeof value === 'boolean', late: false },
  threads: {
    allowed: `'auto' or a whole number, 1 to ${MOST_THREADS}`,
    test: (value) =>
      value === 'auto' || (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_THREADS),
    late: false,
  },
  winograd: { allowed: 'true or false', test: (value) => typeof value === 'boolean', late: true },
  accelerate: { allowed: 'true or false', test: (value) => typeof value === 'boolean', late: true },
  seed: {
    allowed: 'a whole number, 0 to 2^53 - 1',
    test: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
    late: true,
  },
}

/** The options in force. `wide`, `threads`, `accelerate` and `seed` are undefined until they are configured. */
export const config = {
  fallback: 'silent',
  wide: undefined,
  threads: undefined,
  winograd: true,
  accelerate: undefined,
  seed: undefined,
} as {
  fallback: FallbackMode
  wide: boolean | undefined
  threads: Options['threads']
  winograd: boolean
  accelerate: boolean | undefined
  /** Another object each time that a seed is set. */
  seed: { readonly value: number } | undefined
}
/** What LANEWISE_ACCELERATE says, once it was read. */
let byDefault: boolean | undefined
let obstacle: string | undefined
let inUse = false
let warned = false

/**
 * Sets options of the backend. `wide` and `threads` only before its first use (`setBackend`), the others at any time.
 * Throws an error that names the option when one is unknown, of a wrong type or too late; then none of them is set.
 */
export function configure(options: Options): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`configure: takes an object of options, not ${show(options)}`)
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    const check = Object.hasOwn(checks, name) ? checks[name as keyof Options] : undefined
    if (check === undefined)
      throw new TypeError(`configure: there is no option '${name}'; there are ${Object.keys(checks).join(', ')}`)
    if (!check.test(value)) throw new TypeError(`configure: ${name} is ${show(value)}; it may be ${check.allowed}`)
    if (inUse && !check.late && value !== (name === 'threads' ? wantedThreads() : config[name as keyof Options]))
      throw new Error(`configure: ${name} can not change once the backend is in use; set it before tf.setBackend`)
  }
  for (const [name, value] of Object.entries(options))
    if (value !== undefined) Object.assign(config, { [name]: name === 'seed' ? { value } : value })
}

/** Called when the first backend is made: from then on some options are fixed. */
export function fixOptions(): void {
  inUse = true
}

/** Says, once, what in the options has no effect. `reason` is why the backend is not wide, if it should be. */
export function warnOfNotes(reason: string | undefined): void {
  obstacle = reason
  if (warned) return
  const idle = notes()
  if (idle.length === 0) return
  warned = true
  console.warn(`lanewise: ${idle.join('; ')}`)
}

/** What was asked for, by `configure` or in the environment. */
export function wantedWide(): boolean {
  return config.wide ?? isOn('LANEWISE_WIDE') ?? false
}

/** What was asked for, by `configure` or in the environment. */
export function wantedThreads(): number | 'auto' {
  if (config.threads !== undefined) return config.threads
  const text = environment('LANEWISE_THREADS')
  if (text === undefined || text === '') return 1
  const value = text === 'auto' ? text : Number(text)
  if (!checks.threads.test(value)) throw new Error(`LANEWISE_THREADS is '${text}'; it may be ${checks.threads.allowed}`)
  return value
}

/** Whether models replay captured steps that nobody asked for. */
export function acceleratesByItself(): boolean {
  if (config.accelerate !== undefined) return config.accelerate
  byDefault ??= isOn('LANEWISE_ACCELERATE') ?? true
  return byDefault
}

/** What a variable of the environment says that may be 0 or 1; undefined where it is not set. */
function isOn(variable: string): boolean | undefined {
  const text = environment(variable)
  if (text === undefined || text === '') return undefined
  if (text !== '0' && text !== '1') throw new Error(`${variable} is '${text}'; it may be 0 or 1`)
  return text === '1'
}

/** A variable of the environment, where there is one. Deno would ask its user for a permission to read it: what was not permitted is not there. */
export function environment(name: string): string | undefined {
  const { process, Deno } = globalThis as {
    process?: { env?: Record<string, string | undefined> }
    Deno?: { permissions: { querySync(wanted: object): { state: string } } }
  }
  if (Deno !== undefined && Deno.permissions.querySync({ name: 'env', variable: name }).state !== 'granted')
    return undefined
  return process?.env?.[name]
}

/** What in the options has no effect. */
export function notes(): string[] {
  const idle: string[] = []
  const hindered = obstacle ?? whyNotWide()
  if (wantedWide() && hindered !== undefined) idle.push(`wide: true has no effect: ${hindered}`)
  return idle
}
