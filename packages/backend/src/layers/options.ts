import { show } from '../show.ts'

export { show }

/** Reads one option: checks what the user gave (undefined where nothing was given) and returns the value to use. */
export type OptionReader<T> = (name: string, given: unknown) => T

export type Options<R extends Record<string, OptionReader<unknown>>> = {
  [K in keyof R]: R[K] extends OptionReader<infer T> ? T : never
}

/**
 * Reads a builder's options by a table of readers. Throws an Error that names the option, what was given and what is
 * allowed; an option that the table does not have is an error too.
 */
export function readOptions<R extends Record<string, OptionReader<unknown>>>(
  builder: string,
  given: unknown,
  readers: R,
): Options<R> {
  const options = asOptions(builder, given === undefined ? {} : given) as object
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(readers, name))
  if (unknown.length > 0)
    throw new Error(
      `${builder}: unknown option ${unknown.map((name) => `'${name}'`).join(', ')}; ` +
        `allowed are ${Object.keys(readers).join(', ')}`,
    )
  const read = Object.entries(readers).map(([name, reader]) => [
    name,
    reader(`${builder}: ${name}`, (options as Record<string, unknown>)[name]),
  ])
  return Object.fromEntries(read)
}

/** The options that `taker` is given. Throws an Error where they are no object. */
export function asOptions<T>(taker: string, given: T): T {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new Error(`${taker}: expected an object of options, got ${show(given)}`)
  return given
}

/** A positive integer. */
export function size(fallback?: number): OptionReader<number> {
  return (name, given) => {
    const value = given === undefined ? required(name, fallback) : given
    if (!isSize(value)) throw new Error(`${name}: ${show(value)} is not a positive integer`)
    return value
  }
}

/** A list of positive integers, not empty unless `minimum` is 0; a lone number stands for a list of one. */
export function sizes(fallback?: readonly number[], minimum = 1): OptionReader<number[]> {
  return (name, given) => {
    const value = given === undefined ? required(name, fallback) : given
    const list = typeof value === 'number' ? [value] : value
    if (!Array.isArray(list) || !list.every(isSize))
      throw new Error(`${name}: ${show(value)} is not a positive integer or a list of them`)
    if (list.length < minimum) throw new Error(`${name}: ${show(value)} needs at least ${minimum} entry`)
    return [...list]
  }
}

/**
 * The shape of one example, without the batch. `axes` names its axes in messages; those that end in `?` may be null
 * (any length).
 */
export function shape(axes: readonly string[], fallback?: readonly (number | null)[]): OptionReader<(number | null)[]> {
  const free = axes.map((axis) => axis.endsWith('?'))
  const pattern = `[${axes.map((axis) => axis.replace('?', ' or null')).join(', ')}]`
  return (name, given) => {
    const value = given === undefined ? required(name, fallback) : given
    const fits =
      Array.isArray(value) &&
      value.length === axes.length &&
      value.every((length, axis) => isSize(length) || (length === null && free[axis]))
    if (!fits) throw new Error(`${name}: ${show(value)} is not ${pattern} of positive integers`)
    return [...value]
  }
}

/** A share in [0, 1), such as a dropout rate. */
export function rate(fallback: number): OptionReader<number> {
  return (name, given) => {
    const value = given === undefined ? fallback : given
    if (typeof value !== 'number' || !(value >= 0 && value < 1))
      throw new Error(`${name}: ${show(value)} is not in [0, 1)`)
    return value
  }
}

/** A number in [low, high]. */
export function number(low: number, high: number, fallback?: number): OptionReader<number | undefined> {
  return (name, given) => {
    const value = given ?? fallback
    if (value === undefined || (typeof value === 'number' && value >= low && value <= high)) return value
    throw new Error(`${name}: ${show(value)} is not in [${low}, ${high}]`)
  }
}

/** An option that may be left out, or be null. */
export function optional<T>(reader: OptionReader<T>): OptionReader<T | undefined> {
  return (name, given) => (given === undefined || given === null ? undefined : reader(name, given))
}

/** Anything: it is checked elsewhere. */
export const unchecked: OptionReader<unknown> = (_, given) => given

/**
 * Runs `make`. Where it fails over one of these arguments, given to it by itself in `probe`, the error is one that names the
 * argument: tfjs-layers says only that it does not know, say, an initializer.
 */
export function namingArguments<T>(
  maker: string,
  args: object,
  names: readonly string[],
  make: () => T,
  probe: (args: Record<string, unknown>) => void,
): T {
  try {
    return make()
  } catch (error) {
    for (const name of names) {
      const value = (args as Record<string, unknown>)[name]
      if (value === undefined) continue
      try {
        probe({ [name]: value })
      } catch (reason) {
        const [first] = (reason as Error).message.split(/\. |\n/)
        throw new Error(`${maker}: ${name}: ${first}`, { cause: error })
      }
    }
    throw error
  }
}

/** True or false. */
export function flag(fallback: boolean): OptionReader<boolean> {
  return (name, given) => {
    const value = given === undefined ? fallback : given
    if (typeof value !== 'boolean') throw new Error(`${name}: ${show(value)} is not true or false`)
    return value
  }
}

/** One of these strings. */
export function choice<const T extends string>(allowed: readonly T[], fallback?: T): OptionReader<T> {
  return (name, given) => {
    const value = given === undefined ? required(name, fallback) : given
    if (!allowed.includes(value as T)) throw new Error(`${name}: ${show(value)} is not one of ${allowed.join(', ')}`)
    return value as T
  }
}

/** A string that is not empty; undefined where none is given. */
export function text(): OptionReader<string | undefined> {
  return (name, given) => {
    if (given === undefined) return undefined
    if (typeof given !== 'string' || given === '')
      throw new Error(`${name}: ${show(given)} is not a string with content`)
    return given
  }
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

function required<T>(name: string, fallback: T | undefined): T {
  if (fallback === undefined) throw new Error(`${name}: missing`)
  return fallback
}
