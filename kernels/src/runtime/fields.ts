import type { CommandFamily, FieldType } from './command.ts'

type Kind = 'ptr' | 'out' | 'size' | 'i32' | 'f32'

const allowed: Record<Kind, string> = {
  ptr: 'an address',
  out: 'an address',
  size: 'a whole number, 0 or more',
  i32: 'a whole number of 32 bits',
  f32: 'a number',
}

function fits(value: unknown, kind: Kind): boolean {
  if (kind === 'f32') return typeof value === 'number'
  return (kind === 'i32' ? (value as number) | 0 : (value as number) >>> 0) === value
}

/** True for a list of whole numbers of 32 bits. */
export function areWords(values: ArrayLike<number>): boolean {
  // What plans reuse from call to call.
  if (values instanceof Int32Array) return true
  if (typeof values?.length !== 'number') return false
  for (let i = 0; i < values.length; i++) if (!fits(values[i], 'i32')) return false
  return true
}

/** True where all are whole numbers, 0 or more. */
export function areSizes(...values: number[]): boolean {
  for (let i = 0; i < values.length; i++) if (!fits(values[i], 'size')) return false
  return true
}

/** Throws the error that names the first of `sizes` that is no whole number, 0 or more. */
export function refuseSizes(what: string, sizes: object): never {
  for (const [name, value] of Object.entries(sizes))
    if (!fits(value, 'size')) throw new TypeError(`${what}: ${name}: ${shown(value)} is not ${allowed.size}`)
  throw new TypeError(`${what}: its sizes are not ${Object.keys(sizes).join(', ')}`)
}

/** Throws the error that names the first of `given` that is no object. */
export function refuseArguments(what: string, given: object): never {
  const [name, value] = Object.entries(given).find(([, value]) => !value) ?? ['arguments', given]
  throw new TypeError(`${what}: ${name}: ${shown(value)} is not an object`)
}

/** Throws an error that names the offset where it is no whole number of 32 bits. */
export function checkOffset(what: string, name: string, value: number): void {
  if (!fits(value, 'i32')) throw new TypeError(`${what}: ${name}: ${shown(value)} is not ${allowed.i32}`)
}

/** Throws the error that names an option that is none of `names`. */
export function refuseName(what: string, option: string, value: unknown, names: readonly string[]): never {
  throw new TypeError(`${what}: ${option}: ${shown(value)} is not one of ${names.join(', ')}`)
}

const shown = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value))

/** Throws the error that names what a command can not be run with. */
export function refuse(family: Omit<CommandFamily, 'work'>, kernel: string, items: number, fields: object): never {
  if (!family.kernels.includes(kernel)) refuseName(`run${family.name}`, 'kernel', kernel, family.kernels)
  const types: Record<string, FieldType> = { ...family.fields, items: 'size' }
  const values: Record<string, unknown> = { ...fields, items }
  for (const [field, type] of Object.entries(types)) {
    const value = values[field]
    const kind = type.startsWith('i32x') ? 'i32' : (type as Kind)
    if (type === kind ? fits(value, kind) : areWords(value as number[])) continue
    const wanted = type === kind ? allowed[kind] : 'a list of whole numbers of 32 bits'
    throw new TypeError(`${kernel}: ${field}: ${shown(value)} is not ${wanted}`)
  }
  throw new TypeError(`${kernel}: its fields are not ${Object.keys(family.fields).join(', ')}`)
}
