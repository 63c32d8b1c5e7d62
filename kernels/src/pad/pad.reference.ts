/** x of `shape` with paddings[d] elements of `value` before and behind it in each dimension. */
export function padReference(
  x: ArrayLike<number>,
  shape: readonly number[],
  paddings: readonly (readonly [number, number])[],
  value: number,
): number[] {
  const out = shape.map((n, d) => paddings[d][0] + n + paddings[d][1])
  const y = new Array<number>(out.reduce((a, b) => a * b, 1))
  for (let i = 0; i < y.length; i++) {
    let rest = i
    let source = 0
    let stride = 1
    let inside = true
    for (let d = out.length - 1; d >= 0; d--) {
      const index = (rest % out[d]) - paddings[d][0]
      rest = Math.floor(rest / out[d])
      inside &&= index >= 0 && index < shape[d]
      source += index * stride
      stride *= shape[d]
    }
    y[i] = inside ? x[source] : value
  }
  return y
}
