import { runSelect, type SelectFields } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { refuseArguments } from '../runtime/fields.ts'
import { SELECT_BLOCK } from './command.ts'

/** y[i] = condition[i] ? t[i] : e[i]; t, e and y have `bytes` (1 or 4) an element, the condition one byte, 0 or 1. */
export function select(exec: Executor, bytes: 1 | 4, fields: SelectFields): void {
  if (!(exec && fields)) refuseArguments('select', { exec, fields })
  runSelect(exec, bytes === 4 ? 'select_32' : 'select_8', Math.ceil(fields.n / SELECT_BLOCK), fields)
}
