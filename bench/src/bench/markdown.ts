/** A table whose first column is a text, and all others are numbers. */
export function markdown(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

/** What was reached with what was asked in brackets; what is missed stands out. */
export function against(is: string, asked: string | undefined, reached: boolean): string {
  if (asked === undefined) return is
  return `${reached ? is : `**${is}**`} (${asked})`
}

export function notMeasured(names: readonly string[], rows: readonly { name: string }[]): string[] {
  const missing = names.filter((name) => !rows.some((row) => row.name === name))
  return missing.length === 0 ? [] : [`- Not measured: ${missing.join('; ')}.`]
}
