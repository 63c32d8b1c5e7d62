import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, real, whole } from './case.ts'

/** How far along an axis of `from` pixels the `to` pixels of a resized one lie. */
function places(from: number, to: number, alignCorners: boolean, half: boolean): number[] {
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to
  return Array.from({ length: to }, (_, i) => (half ? (i + 0.5) * scale - 0.5 : i * scale))
}

/** Linear between pixels; nothing but numbers, so that differences have no error. */
function interpolated(
  [batch, height, width, channels]: number[],
  [rows, columns]: number[],
  corners: boolean,
  half: boolean,
) {
  return (x: ArrayLike<number>) => {
    const y: number[] = []
    const at = (b: number, r: number, c: number, ch: number) => x[((b * height + r) * width + c) * channels + ch]
    for (let b = 0; b < batch; b++)
      for (const row of places(height, rows, corners, half))
        for (const column of places(width, columns, corners, half))
          for (let ch = 0; ch < channels; ch++) {
            const [r0, c0] = [Math.max(0, Math.floor(row)), Math.max(0, Math.floor(column))]
            const [r1, c1] = [Math.min(height - 1, Math.ceil(row)), Math.min(width - 1, Math.ceil(column))]
            const upper = at(b, r0, c0, ch) + (at(b, r0, c1, ch) - at(b, r0, c0, ch)) * (column - c0)
            const lower = at(b, r1, c0, ch) + (at(b, r1, c1, ch) - at(b, r1, c0, ch)) * (column - c0)
            y.push(upper + (lower - upper) * (row - r0))
          }
    return [y]
  }
}

/** backend-cpu's gradients of these have faults: see docs/backend-cpu-faults.md. */
export const resized = (
  [
    [false, false],
    [true, false],
    [false, true],
  ] as [boolean, boolean][]
).flatMap(([alignCorners, half]) =>
  (
    [
      [2, 3, 4, 2, 5, 7],
      [2, 6, 5, 3, 3, 2],
      [1, 3, 3, 5, 1, 1],
    ] as number[][]
  ).flatMap(([batch, height, width, channels, ...size]): GradientCase[] => {
    const shape = [batch, height, width, channels]
    const to = size as [number, number]
    const how = `[${shape}] to ${to.join('x')}, alignCorners ${alignCorners}, halfPixelCenters ${half}`
    return [
      {
        kernel: 'ResizeNearestNeighbor',
        name: how,
        inputs: [whole(shape)],
        f: (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, to, alignCorners, half),
        notCpu: true,
      },
      {
        kernel: 'ResizeBilinear',
        name: how,
        inputs: [real(shape)],
        f: (x) => tf.image.resizeBilinear(x as tf.Tensor4D, to, alignCorners, half),
        double: interpolated(shape, size, alignCorners, half),
        notCpu: true,
      },
    ]
  }),
)
