/** |y - exact| / exact: the rounding of x - max counts |x - max| * 2^-24 more, which the tests' range keeps below 2e-6. */
export const SOFTMAX_ERROR = 3e-6

export function softmaxReference(x: ArrayLike<number>, rows: number, columns: number): number[] {
  const y: number[] = []
  for (let r = 0; r < rows; r++) {
    const row = Array.from({ length: columns }, (_, j) => x[r * columns + j])
    const largest = row.reduce((a, b) => Math.max(a, b), -Infinity)
    const exps = row.map((value) => Math.exp(value - largest))
    const total = exps.reduce((a, b) => a + b, 0)
    y.push(...exps.map((e) => e / total))
  }
  return y
}
