import { existsSync, readdirSync } from 'node:fs'
import type { KernelBench } from '../../../kernels/src/runtime/bench.ts'
import { supportedVariants } from '../../../kernels/src/runtime/features.ts'
import { createRuntime, type RuntimeOptions } from '../../../kernels/src/runtime/runtime.ts'
import { whyNotWide } from '../../../kernels/src/wide/engine.ts'
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

/** One engine for each wasm build that runs here, and for the fastest one in 256-bit operations. */
export const variants: readonly Engine<KernelWorkload>[] = [
  ...supportedVariants().map((variant) => engine(variant, { variant })),
  ...(whyNotWide() === undefined ? [engine('wide', { wide: true })] : []),
]

function engine(name: string, options: RuntimeOptions): Engine<KernelWorkload> {
  return {
    name,
    async start() {},
    // A runtime of its own for each workload: what a micro-benchmark allocates, it does not free.
    prepare: async (workload) => ({ run: workload.prepare(await createRuntime(options)), dispose() {} }),
  }
}
