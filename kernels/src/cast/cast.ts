import { type CastKernel, runCast } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { CAST_BLOCK } from './command.ts'

/** y[i] = x[i] in another type; see command.ts. */
export function cast(exec: Executor, kernel: CastKernel, x: number, y: number, n: number): void {
  runCast(exec, kernel, Math.ceil(n / CAST_BLOCK), { x, y, n })
}
