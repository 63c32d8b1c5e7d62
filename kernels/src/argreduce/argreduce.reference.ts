/** As backend-cpu does it: what is larger (smaller) than the best so far takes its place. */
export function argReference(
  op: 'max' | 'min',
  x: ArrayLike<number>,
  outer: number,
  n: number,
  inner: number,
): number[] {
  const y: number[] = []
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      let best = 0
      const value = (r: number) => x[(o * n + r) * inner + i]
      for (let r = 1; r < n; r++) if (op === 'max' ? value(r) > value(best) : value(r) < value(best)) best = r
      y.push(best)
    }
  return y
}
