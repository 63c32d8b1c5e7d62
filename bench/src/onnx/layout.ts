/** Values in row-major order of `shape`, with the axes in the order `axes`: as tf.transpose, on plain numbers. */
export function permuted(values: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1))
  const sizes = axes.map((axis) => shape[axis])
  const steps = axes.map((axis) => strides[axis])
  const result = new Float32Array(values.length)
  const index = new Array<number>(sizes.length).fill(0)
  let from = 0
  for (let to = 0; to < result.length; to++) {
    result[to] = values[from]
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis]
      if (++index[axis] < sizes[axis]) break
      from -= steps[axis] * sizes[axis]
      index[axis] = 0
    }
  }
  return result
}

/** The axes of [batch, ...space, channels] in the order [batch, channels, ...space]. */
export function channelsFirst(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 1)]
}

/** The axes of [batch, channels, ...space] in the order [batch, ...space, channels]. */
export function channelsLast(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1]
}

export const reordered = (shape: readonly number[], axes: readonly number[]) => axes.map((axis) => shape[axis])
