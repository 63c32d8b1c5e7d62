export interface GatherShape {
  batch: number
  outer: number
  dim: number
  n: number
  width: number
}

/** y[b, o, i, :] = x[b, o, indices[b, i], :], zeros where an index is not in [0, dim). */
export function gatherReference(x: ArrayLike<number>, indices: ArrayLike<number>, shape: GatherShape): number[] {
  const { batch, outer, dim, n, width } = shape
  const y: number[] = []
  for (let b = 0; b < batch; b++)
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < n; i++)
        for (let w = 0; w < width; w++) {
          const index = indices[b * n + i]
          y.push(index >= 0 && index < dim ? x[((b * outer + o) * dim + index) * width + w] : 0)
        }
  return y
}
