/** Sums, or products, along the middle of [outer, n, inner]; `round` is what storing a number of the type does to it. */
export function cumsumReference(
  x: ArrayLike<number>,
  [outer, n, inner]: readonly number[],
  exclusive: boolean,
  reverse: boolean,
  round: (value: number) => number,
  product = false,
): number[] {
  const y = new Array<number>(outer * n * inner)
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      let total = product ? 1 : 0
      for (let step = 0; step < n; step++) {
        const at = (o * n + (reverse ? n - 1 - step : step)) * inner + i
        if (exclusive) y[at] = total
        total = step === 0 && !exclusive ? x[at] : round(product ? total * x[at] : total + x[at])
        if (!exclusive) y[at] = total
      }
    }
  return y
}
