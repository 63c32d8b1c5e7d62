import type { Workload } from '../measure/workload.ts'
import type { Example } from '../terminal/index.ts'
import { exampleWorkloads } from './models.ts'

/** An example's workloads on a model that is told not to replay captured steps; on other backends it runs as ever. */
export function eagerWorkloads(example: Example, flops?: number): Workload[] {
  const { name, workload } = example
  const build = () => workload.build({ accelerate: false })
  return exampleWorkloads({ ...example, name: `eager ${name}`, workload: { ...workload, build } }, { flops })
    .filter((row) => !row.name.endsWith('predict 32'))
    .map((row) => ({ ...row, targets: undefined }))
}
