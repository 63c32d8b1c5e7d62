import type { Workload } from '../measure/workload.ts'
import { examples } from '../start/examples.ts'
import { attentions } from './attention.ts'
import { convolutions } from './conv.ts'
import { eagerWorkloads } from './eager.ts'
import { imageOperations } from './images.ts'
import { products } from './matmul.ts'
import { type ExampleTargets, exampleWorkloads } from './models.ts'
import { call, lstms, networks } from './networks.ts'

/** Of one example's convolutions and dense layers. */
export const CNN_FLOPS = 5_262_080

const EXAMPLES: Record<string, ExampleTargets> = {
  CNN: {
    flops: CNN_FLOPS,
    predict: { 'tfjs-wasm': { narrow: 2, wide: 3 } },
    predictOne: { 'onnxruntime-web': { narrow: 2 } },
    train: { 'tfjs-cpu': { narrow: 150 } },
  },
  RNN: { train: { 'tfjs-wasm': { narrow: 8 } } },
}

/** Everything that `npm run bench` measures besides the micro-benchmarks of kernels. */
export const workloads: readonly Workload[] = [
  ...products,
  ...convolutions,
  ...imageOperations,
  ...attentions,
  ...lstms,
  ...examples.flatMap((example) => exampleWorkloads(example, EXAMPLES[example.name])),
  ...examples.flatMap((example) => eagerWorkloads(example, EXAMPLES[example.name]?.flops)),
  ...networks,
]

/** With what is measured only as a captured step. */
export const allWorkloads: readonly Workload[] = [...workloads, call]
