import type { KernelBench } from '../runtime/bench.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { lstmStep, lstmStepGrad } from './lstm.ts'

const sizes = [
  { rows: 1, steps: 10, units: 64 },
  { rows: 32, steps: 10, units: 64 },
  { rows: 1, steps: 100, units: 256 },
  { rows: 16, steps: 100, units: 256 },
]

function zeros(rt: Runtime, elements: number): number {
  const ptr = rt.heap.alloc(elements * 4)
  rt.f32.fill(0, ptr >>> 2, (ptr >>> 2) + elements)
  return ptr
}

export const cases: KernelBench[] = sizes.flatMap((size) => {
  const { rows, steps, units } = size
  const label = `rows ${rows} steps ${steps} units ${units}`
  const flops = 8 * rows * steps * units * units
  const buffers = (rt: Runtime) => ({
    ...size,
    gates: zeros(rt, 4 * rows * steps * units),
    panels: zeros(rt, 4 * units * Math.ceil(units / 8) * 8),
    h: zeros(rt, rows * steps * units),
    c: zeros(rt, rows * steps * units),
    h0: zeros(rt, rows * units),
    c0: zeros(rt, rows * units),
  })
  const state = (rt: Runtime) => zeros(rt, rows * units)
  return [
    {
      label: `lstm_step_f32 ${label}`,
      flops,
      prepare(rt) {
        const options = { ...buffers(rt), hLast: state(rt), cLast: state(rt) }
        return () => lstmStep(rt, options)
      },
    },
    {
      label: `lstm_step_grad_f32 ${label}`,
      flops,
      prepare(rt) {
        const options = { ...buffers(rt), dz: zeros(rt, 4 * rows * steps * units), dh0: state(rt), dc0: state(rt) }
        return () => lstmStepGrad(rt, options)
      },
    },
  ]
})
