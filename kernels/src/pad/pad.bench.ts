import type { KernelBench } from '../runtime/bench.ts'
import { pad } from './pad.ts'

const images: [number, number][] = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0],
]
const corner: [number, number][] = [
  [0, 1],
  [0, 1],
]
const pads: [shape: number[], paddings: [number, number][]][] = [
  [[32, 28, 28, 1], images],
  [[8, 56, 56, 64], images],
  [[512, 512], corner],
]

export const cases: KernelBench[] = pads.map(([shape, paddings]) => {
  const inside = shape.reduce((a, b) => a * b, 4)
  const whole = shape.reduce((a, n, d) => a * (n + paddings[d][0] + paddings[d][1]), 4)
  return {
    label: `pad_rows [${shape}] by ${JSON.stringify(paddings)}`,
    bytes: inside + whole,
    prepare(rt) {
      const x = rt.heap.alloc(inside)
      const y = rt.heap.alloc(whole)
      return () => pad(rt, x, y, shape, paddings, 4, 0)
    },
  }
})
