/** |actual - exact| of a f32 sum, relative to the sum of the absolute values: 68 additions in a row, at the most, and one rounding. */
export const SUM_ERROR = 70 * 2 ** -24

type Step = (total: number, value: number) => number

const reduceReference: Record<string, { start: (first: number) => number; step: Step }> = {
  sum: { start: () => 0, step: (total, value) => total + value },
  max: { start: (first) => first, step: Math.max },
  min: { start: (first) => first, step: Math.min },
  prod: { start: () => 1, step: (total, value) => total * value },
  any: { start: () => 0, step: (total, value) => total | value },
  all: { start: () => 1, step: (total, value) => total & value },
}

/** In double precision, from the first to the last. */
export function reduceLoop(op: string, x: ArrayLike<number>, outer: number, n: number, inner: number): number[] {
  const { start, step } = reduceReference[op]
  const y: number[] = []
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      let total = start(x[o * n * inner + i])
      for (let r = 0; r < n; r++) total = step(total, x[(o * n + r) * inner + i])
      y.push(total)
    }
  return y
}
