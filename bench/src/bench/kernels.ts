import { existsSync, readdirSync } from 'node:fs'
import type { KernelBench } from '../../../kernels/src/runtime/bench.ts'
import { supportedVariants } from '../../../kernels/src/runtime/features.ts'
import { createRuntime } from '../../../kernels/src/runtime/runtime.ts'
import type { Engine } from '../measure/engines.ts'
import type { Named } from '../measure/workload.ts'

const sources = new URL('../../../kernels/src/', import.meta.url)

/** Names of the ops that have a micro-benchmark: kernels/src/<op>/<op>.bench.ts. */
export const benchedOps = readdirSync(sources).filter((op) => existsSync(new URL(`${op}/${op}.bench.ts`, sources)))

export interface KernelWorkload extends Named {
  prepare: KernelBench['prepare']
}

export async function kernelWorkloads(op: string): Promise<KernelWorkload[]> {
  const { cases } = (await import(new URL(`${op}/${op}.bench.ts`, sources).href)) as { cases: readonly KernelBench[] }
  return cases.map(({ label, ...rest }) => ({ name: label, ...rest }))
}

/** One engine for each wasm build that runs here. */
export const variants: readonly Engine<KernelWorkload>[] = supportedVariants().map((variant) => ({
  name: variant,
  async start() {},
  // A runtime of its own for each workload: what a micro-benchmark allocates, it does not free.
  prepare: async (workload) => ({ run: workload.prepare(await createRuntime({ variant })), dispose() {} }),
}))
