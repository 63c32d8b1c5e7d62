import { runFill } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { FILL_BLOCK } from './command.ts'

/** Fills `bytes` bytes at y with a pattern that `fillPattern` makes. */
export function fill(exec: Executor, y: number, bytes: number, pattern: number): void {
  runFill(exec, 'fill', Math.ceil(bytes / FILL_BLOCK), { y, bytes, pattern })
}
