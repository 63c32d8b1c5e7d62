/** A value as error messages print it: short, and numbers as JavaScript writes them (NaN, Infinity). */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return `a function`
  if (Array.isArray(value)) return `[${value.slice(0, 12).map(show).join(', ')}${value.length > 12 ? ', ...' : ''}]`
  if (value !== null && typeof value === 'object') return `an object of ${value.constructor?.name ?? 'no class'}`
  return String(value)
}
