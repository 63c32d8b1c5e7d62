import { type Tensor, tensor, util } from '@tensorflow/tfjs-core'

/** A tensor of numbers in [-1, 1) that are the same for the same seed. */
export function filled(shape: number[], seed: number): Tensor {
  const values = new Float32Array(util.sizeFromShape(shape))
  for (let i = 0; i < values.length; i++) values[i] = (Math.sin(seed * 1000 + i) * 43758.5453) % 1
  return tensor(values, shape)
}
