/** y[s, :] = the sum of x[i, :] over all i with ids[i] = s, in double precision. */
export function segmentSumReference(
  x: ArrayLike<number>,
  ids: ArrayLike<number>,
  width: number,
  segments: number,
): number[] {
  const y = new Array<number>(segments * width).fill(0)
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] < 0 || ids[i] >= segments) continue
    for (let w = 0; w < width; w++) y[ids[i] * width + w] += x[i * width + w]
  }
  return y
}
