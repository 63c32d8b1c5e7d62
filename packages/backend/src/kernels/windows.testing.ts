import { type conv2d, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core'

export type Shape = [number, number, number, number]
export type Pair = number | [number, number]
export type Pad = Parameters<typeof conv2d>[3]

/** Numbers in [-1, 1] that follow no pattern of rows, columns or channels. */
export function numbers(shape: Shape, step: number): Tensor4D {
  const size = shape.reduce((a, b) => a * b)
  return tensor4d(
    Float32Array.from({ length: size }, (_, i) => Math.sin(step * i * i)),
    shape,
  )
}
export const image = (shape: Shape) => numbers(shape, 1)
export const weights = (shape: Shape) => numbers(shape, 2)

export const pads: Pad[] = [
  'valid',
  'same',
  1,
  [
    [0, 0],
    [0, 2],
    [1, 0],
    [0, 0],
  ],
]

/** Of images without pixels, without channels, and too low for a window of three rows. */
export const withoutPixels: Shape[] = [
  [0, 4, 4, 3],
  [2, 4, 4, 0],
  [1, 2, 4, 3],
]
