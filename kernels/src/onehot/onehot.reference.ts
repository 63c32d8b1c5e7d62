/** y[i, indices[i]] = on, y[i, j] = off elsewhere. */
export function oneHotReference(indices: ArrayLike<number>, depth: number, on: number, off: number): number[] {
  return Array.from(indices, (index) => Array.from({ length: depth }, (_, j) => (j === index ? on : off))).flat()
}
