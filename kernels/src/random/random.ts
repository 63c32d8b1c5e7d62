import { type RandomKernel, runRandom } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import { RANDOM_BLOCK } from './command.ts'

export interface Random {
  /** Of `RANDOM_STATE_BYTES`. */
  state: number
  y: number
  n: number
  /** Tells the draws of one state apart; below 2^27. */
  stream: number
  a: number
  b: number
}

/** `n` random numbers at y: see command.ts. */
export function random(exec: Executor, kernel: RandomKernel, options: Random): void {
  if (!(exec && options)) refuseArguments('random', { exec, options })
  const { a, b, ...draw } = options
  const { n, stream } = draw
  if (!areSizes(n, stream)) refuseSizes('random', { n, stream })
  const [aLow, bLow] = [a - Math.fround(a), b - Math.fround(b)]
  runRandom(exec, kernel, Math.ceil(n / RANDOM_BLOCK), { ...draw, a, b, aLow, bLow })
}
