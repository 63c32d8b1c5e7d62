/** 0.0213 ms, 4.27 ms, 101 ms, 2.85 s */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return '-'
  return ms < 1000 ? `${significant(ms)} ms` : `${significant(ms / 1000)} s`
}

/** How many times as fast: 0.87x, 1.3x, 24x */
export function times(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio < 1 ? ratio.toFixed(2) : significant(ratio, 2)}x` : '-'
}

export function significant(value: number, digits = 3): string {
  if (value === 0) return '0'
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1
  return value.toFixed(Math.max(0, digits - Math.max(whole, 0) - (whole < 0 ? whole : 0)))
}
