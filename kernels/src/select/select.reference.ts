export function selectReference(condition: ArrayLike<number>, t: ArrayLike<number>, e: ArrayLike<number>): number[] {
  return Array.from(condition, (c, i) => (c === 1 ? t[i] : e[i]))
}
