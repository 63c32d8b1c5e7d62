import { runUnary, runUnaryToBool, type UnaryKernel, type UnaryToBoolKernel } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { UNARY_BLOCK } from './command.ts'

/** y[i] = kernel(x[i]) for `n` elements of 4 bytes; x and y may be the same address. alpha and beta: see command.ts. */
export function unary(exec: Executor, kernel: UnaryKernel, x: number, y: number, n: number, alpha = 0, beta = 0): void {
  runUnary(exec, kernel, Math.ceil(n / UNARY_BLOCK), { x, y, n, alpha, beta })
}

/** y[i] = kernel(x[i]) for `n` elements; y has one byte (0 or 1) an element. */
export function unaryToBool(exec: Executor, kernel: UnaryToBoolKernel, x: number, y: number, n: number): void {
  runUnaryToBool(exec, kernel, Math.ceil(n / UNARY_BLOCK), { x, y, n })
}
