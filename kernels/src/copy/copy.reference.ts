export interface View {
  size: readonly number[]
  from: readonly number[]
  to: readonly number[]
}

/** Calls visit(source offset, destination offset), in elements, for each element of a view. */
export function eachElement(view: View, visit: (from: number, to: number) => void, d = 0, from = 0, to = 0): void {
  if (d === view.size.length) visit(from, to)
  else
    for (let i = 0; i < view.size[d]; i++) eachElement(view, visit, d + 1, from + i * view.from[d], to + i * view.to[d])
}

/** Elements from one index to the next in each dimension of a dense array. */
export function strides(size: readonly number[]): number[] {
  const result = new Array<number>(size.length)
  let stride = 1
  for (let d = size.length - 1; d >= 0; d--) {
    result[d] = stride
    stride *= size[d]
  }
  return result
}

export function transposeView(shape: readonly number[], perm: readonly number[]): View {
  const size = perm.map((d) => shape[d])
  return { size, from: perm.map((d) => strides(shape)[d]), to: strides(size) }
}

/** The first elements in each dimension. */
export function sliceView(shape: readonly number[], size: readonly number[]): View {
  return { size, from: strides(shape), to: strides(size) }
}
