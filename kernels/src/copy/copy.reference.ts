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
