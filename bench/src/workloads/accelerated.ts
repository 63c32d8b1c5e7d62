import { accelerate } from '@lanewise/backend'
import type { Workload } from '../measure/workload.ts'
import type { Example } from '../terminal/index.ts'
import { exampleWorkloads } from './models.ts'

const TARGETS: Record<string, Workload['targets']> = {
  'accelerated CNN predict 1': { 'onnxruntime-web': { narrow: 2 }, 'tfjs-wasm': { narrow: 2 } },
  'accelerated RNN predict 1': { 'onnxruntime-web': { narrow: 1.25 } },
  'accelerated CNN train 32': { 'tfjs-cpu': { narrow: 150 } },
  'accelerated RNN train 32': { 'tfjs-wasm': { narrow: 8 } },
}

/** An example's workloads on a model that replays captured steps; on other backends it runs as ever. */
export function acceleratedWorkloads(example: Example, flops?: number): Workload[] {
  const { name, workload } = example
  const build = () => accelerate(workload.build())
  return exampleWorkloads({ ...example, name: `accelerated ${name}`, workload: { ...workload, build } }, { flops })
    .filter((row) => !row.name.endsWith('predict 32'))
    .map((row) => ({ ...row, targets: TARGETS[row.name] ?? row.targets }))
}
