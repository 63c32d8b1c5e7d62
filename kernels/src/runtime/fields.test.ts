import { globSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as commands from '../generated/commands.ts'
import type { CommandFamily, FieldType } from './command.ts'
import type { Executor } from './executor.ts'

type Family = Omit<CommandFamily, 'work'>
type Encoder = (exec: Executor, kernel: string, items: unknown, fields: object) => void

const root = dirname(import.meta.dirname)
const files = globSync('*/command.ts', { cwd: root }).filter((file) => !/^(runtime|generated)/.test(file))
const modules: Record<string, unknown>[] = await Promise.all(files.map((file) => import(`${root}/${file}`)))
const families = modules
  .flatMap((module) => Object.values(module) as Family[])
  .filter((value) => typeof value === 'object' && value !== null && 'kernels' in value && 'fields' in value)

const noAddress = [undefined, null, Number.NaN, -64, 0.5, 2 ** 32, '64', {}]
const refused: Record<string, unknown[]> = {
  ptr: noAddress,
  out: noAddress,
  size: [undefined, null, Number.NaN, -1, 1.5, 2 ** 32, '3', true],
  i32: [undefined, null, Number.NaN, 0.5, 2 ** 31, -(2 ** 31) - 1, '-1'],
  f32: [undefined, null, '0.5', [1]],
}
const valid = (type: FieldType) => (type.startsWith('i32x') ? new Array<number>(Number(type.slice(4))).fill(0) : 0)

/** With `field` as each of the values that its type does not allow. */
function variants(fields: object, field: string, type: FieldType): object[] {
  if (!type.startsWith('i32x')) return refused[type].map((value) => ({ ...fields, [field]: value }))
  return [...refused.i32.map((value) => [0, value]), null, undefined, 3, 'x'].map((value) => ({
    ...fields,
    [field]: value,
  }))
}

/** Takes commands and runs none. */
const idle: Executor = {
  i32: new Int32Array(256),
  f32: new Float32Array(256),
  threads: 1,
  begin: () => 0,
  share: () => {},
  end: () => {},
}

describe('commands are refused by name where', () => {
  it.each(families.map((family) => [family.name, family] as const))(
    'run%s is given no number of a field',
    (_, family) => {
      const run = (commands as unknown as Record<string, Encoder>)[`run${family.name}`]
      const fields = Object.fromEntries(Object.entries(family.fields).map(([name, type]) => [name, valid(type)]))
      for (const kernel of family.kernels) {
        run(idle, kernel, 0, fields)
        for (const [field, type] of Object.entries(family.fields))
          for (const wrong of variants(fields, field, type))
            expect(() => run(idle, kernel, 0, wrong), `${kernel}: ${field}`).toThrow(`${kernel}: ${field}: `)
        for (const items of refused.size) expect(() => run(idle, kernel, items, fields)).toThrow(`${kernel}: items: `)
      }
      expect(() => run(idle, 'no_such_kernel', 0, fields)).toThrow(
        `run${family.name}: kernel: 'no_such_kernel' is not one of`,
      )
    },
  )

  it('every kernel is one of theirs', () => {
    expect(families.flatMap(({ kernels }) => kernels).sort()).toEqual(Object.keys(commands.kernelIds).sort())
  })
})
