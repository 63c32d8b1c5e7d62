/** y with y[ids[i], :] = x[i, :], in the order of i, rows of `width`; x may be one row for all. */
export function scatterReference(
  x: ArrayLike<number>,
  ids: ArrayLike<number>,
  y: ArrayLike<number>,
  width: number,
  single: boolean,
): number[] {
  const result = Array.from(y)
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] < 0 || ids[i] * width >= y.length) continue
    for (let w = 0; w < width; w++) result[ids[i] * width + w] = x[(single ? 0 : i * width) + w]
  }
  return result
}
