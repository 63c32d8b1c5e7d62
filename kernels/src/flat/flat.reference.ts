/** The sum of index times stride for each row of indices; -1 - i where row i is not inside of `shape`. */
export function flatReference(
  indices: ArrayLike<number>,
  n: number,
  shape: readonly number[],
  strides: readonly number[],
): number[] {
  const rank = shape.length
  return Array.from({ length: n }, (_, i) => {
    const row = Array.from({ length: rank }, (_, j) => indices[i * rank + j])
    const inside = row.every((index, j) => index >= 0 && index < shape[j])
    return inside ? row.reduce((sum, index, j) => sum + index * strides[j], 0) : -1 - i
  })
}
