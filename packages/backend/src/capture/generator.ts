import { RANDOM_STATE_BYTES, type Runtime } from '@lanewise/kernels'
import { config } from '../configure.ts'

/**
 * What the random numbers of all captured steps of a backend come from: a seed and a count of replays, in wasm memory. A draw depends on
 * these, on its place in the step and on the place of the number, and on nothing else.
 */
export class Generator {
  readonly address: number
  private readonly rt: Runtime
  private seed: typeof config.seed | null = null

  constructor(rt: Runtime) {
    this.rt = rt
    this.address = rt.heap.alloc(RANDOM_STATE_BYTES)
    this.follow()
  }

  /** Begins anew where `configure` has set a seed since. */
  follow(): void {
    if (this.seed === config.seed) return
    this.seed = config.seed
    const { value } = config.seed ?? { value: Math.floor(Math.random() * 2 ** 53) }
    this.rt.i32.set([value | 0, Math.floor(value / 2 ** 32), 0, 0], this.address >>> 2)
  }
}
