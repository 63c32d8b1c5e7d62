import type { KernelBench } from '../runtime/bench.ts'
import { randomF32 } from '../runtime/lab.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { type AttentionGradProblem, attention, attentionGrad } from './attention.ts'

function problem(rt: Runtime, batch: number, steps: number, width: number, heads: number, causal: boolean) {
  const words = batch * steps * width
  const dim = width / heads
  const random = (seed: number) => {
    const ptr = rt.heap.alloc(words * 4)
    rt.f32.set(randomF32(words, seed), ptr >>> 2)
    return ptr
  }
  const tensor = (ptr: number) => ({ ptr, strides: [steps * width * 4, dim * 4, width * 4] as const })
  const p: AttentionGradProblem = {
    ...{ batch, heads, queries: steps, keys: steps, dim, valueDim: dim, scale: 1 / Math.sqrt(dim), causal },
    q: tensor(random(1)),
    k: tensor(random(2)),
    v: tensor(random(3)),
    out: tensor(random(4)),
    stats: rt.heap.alloc(batch * heads * steps * 8),
    dOut: random(5),
    dq: random(6),
    dk: random(7),
    dv: random(8),
  }
  attention(rt, p)
  return p
}

function both(batch: number, steps: number, width: number, heads: number, causal = false): KernelBench[] {
  const size = `${batch}x${steps}x${width}, ${heads} heads${causal ? ', causal' : ''}`
  const product = (2 * batch * steps * steps * width) / (causal ? 2 : 1)
  return [
    {
      label: `attention_f32 ${size}`,
      flops: 2 * product,
      prepare(rt) {
        const p = problem(rt, batch, steps, width, heads, causal)
        return () => attention(rt, p)
      },
    },
    {
      label: `attention_grad_f32 ${size}`,
      flops: 5 * product,
      prepare(rt) {
        const p = problem(rt, batch, steps, width, heads, causal)
        return () => attentionGrad(rt, p)
      },
    },
  ]
}

export const cases: KernelBench[] = [
  ...both(1, 128, 768, 12),
  ...both(1, 512, 256, 8),
  ...both(1, 512, 256, 8, true),
  ...both(1, 16, 64, 4),
  ...both(32, 16, 64, 1),
  ...both(1, 2048, 64, 1),
]
