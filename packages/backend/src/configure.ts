/** What happens when a kernel has no SIMD version for a call, so that backend-cpu's has to serve it. */
export type FallbackMode = 'silent' | 'warn' | 'error'

export interface Options {
  /** `silent` (default) says nothing; `warn` says so once per kernel; `error` throws, naming the kernel and the reason. */
  fallback?: FallbackMode
  /** 256-bit operations where the engine can fuse them. Accepted, but has no effect yet. */
  wide?: boolean
  /** Threads to compute with. Accepted, but has no effect yet: one thread computes. */
  threads?: number
}

const checks: Record<keyof Options, { allowed: string; test(value: unknown): boolean; late: boolean }> = {
  fallback: {
    allowed: "'silent', 'warn' or 'error'",
    test: (value) => value === 'silent' || value === 'warn' || value === 'error',
    late: true,
  },
  wide: { allowed: 'true or false', test: (value) => typeof value === 'boolean', late: false },
  threads: {
    allowed: 'a whole number, 1 or more',
    test: (value) => Number.isInteger(value) && (value as number) >= 1,
    late: false,
  },
}

/** The options in force. */
export const config: Required<Options> = { fallback: 'silent', wide: false, threads: 1 }
let inUse = false
let warned = false

/**
 * Sets options of the backend. `wide` and `threads` only before its first use (`setBackend`), `fallback` at any time.
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
    if (inUse && !check.late && value !== config[name as keyof Options])
      throw new Error(`configure: ${name} can not change once the backend is in use; set it before tf.setBackend`)
  }
  for (const [name, value] of Object.entries(options)) if (value !== undefined) Object.assign(config, { [name]: value })
}

/** Called when the first backend is made: from then on some options are fixed. */
export function fixOptions(): void {
  inUse = true
  if (warned) return
  const idle = notes()
  if (idle.length === 0) return
  warned = true
  console.warn(`lanewise: ${idle.join('; ')}`)
}

/** What in the options has no effect. */
export function notes(): string[] {
  const idle: string[] = []
  if (config.wide) idle.push('wide: true has no effect yet')
  if (config.threads > 1) idle.push(`threads: ${config.threads} has no effect yet, one thread computes`)
  return idle
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  return Array.isArray(value) ? 'an array' : String(value)
}
