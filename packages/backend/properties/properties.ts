import type fc from 'fast-check'
import type { Call } from './call.ts'
import { check } from './compare.ts'
import { elementwise } from './elementwise.ts'
import { matrices } from './matrices.ts'
import { move } from './move.ts'
import type { Property } from './property.ts'
import { reduce } from './reduce.ts'
import { sequences } from './sequence.ts'
import { windowed } from './windows.ts'

const calls: Record<string, fc.Arbitrary<Call>> = { ...elementwise, ...matrices, ...move, ...reduce, ...windowed }

/** Of each native kernel. */
export const properties: Record<string, Property> = { ...sequences }
for (const [name, cases] of Object.entries(calls))
  properties[name] = { cases, check: (drawn) => check(name, drawn as Call) }
