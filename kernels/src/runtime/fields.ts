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

export function areWords(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!fits(values[i], 'i32')) return false
  return true
}

/** Throws the error that names what a command can not be run with. */
export function refuse(family: Omit<CommandFamily, 'work'>, kernel: string, items: number, fields: object): never {
  if (!family.kernels.includes(kernel))
    throw new TypeError(`run${family.name}: kernel: '${kernel}' is not one of ${family.kernels.join(', ')}`)
  const types: Record<string, FieldType> = { ...family.fields, items: 'size' }
  const values: Record<string, unknown> = { ...fields, items }
  for (const [field, type] of Object.entries(types)) {
    const value = values[field]
    const kind = type.startsWith('i32x') ? 'i32' : (type as Kind)
    if (type === kind ? fits(value, kind) : areWords((value ?? [undefined]) as number[])) continue
    throw new TypeError(
      `${kernel}: ${field}: ${typeof value === 'string' ? `'${value}'` : value} is not ${allowed[kind]}`,
    )
  }
  throw new TypeError(`${kernel}: its fields are not ${Object.keys(family.fields).join(', ')}`)
}
