/** The indices of the k largest numbers of each row, the largest first; of equal ones the first, NaN last. */
export function topKReference(x: ArrayLike<number>, rows: number, n: number, k: number): number[] {
  const key = (v: number) => (Number.isNaN(v) ? -Infinity : v)
  return Array.from({ length: rows }, (_, row) => {
    const at = (i: number) => x[row * n + i]
    const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => {
      const byNumber = Number(Number.isNaN(at(a))) - Number(Number.isNaN(at(b)))
      return byNumber || (key(at(a)) === key(at(b)) ? a - b : key(at(b)) > key(at(a)) ? 1 : -1)
    })
    return order.slice(0, k)
  }).flat()
}
