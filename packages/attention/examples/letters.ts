import type { Terminal } from '../../../bench/src/terminal/index.ts'

/** A word and what the network made of it. */
export interface Reading {
  letters: string
  syllables: number
  counted: number
  /** weights[i][j]: how much letter i attends to letter j. */
  weights: number[][]
}

const BARS = '▁▂▃▄▅▆▇█'
const SHADES = ' ░▒▓█'
/** Greys of 256 colours. */
const DARKEST = 235
const GREYS = 20

export function isRight({ syllables, counted }: Pick<Reading, 'syllables' | 'counted'>): boolean {
  return Math.round(counted) === syllables
}

/** How much the letters of a word attend to each of them, on average, over the largest. */
function attended({ weights }: Reading): number[] {
  const sums = weights[0].map((_, j) => weights.reduce((sum, row) => sum + row[j], 0))
  const most = Math.max(...sums)
  return sums.map((sum) => sum / most)
}

/** Words with a bar under each letter, as high as it is attended to; side by side where there is room. */
export function printReadings({ print, paint, columns }: Terminal, readings: Reading[], longest: number): void {
  const width = 2 * longest + 14
  const perRow = Math.max(1, Math.floor((columns - 2) / width))
  for (let first = 0; first < readings.length; first += perRow) {
    const row = readings.slice(first, first + perRow).map((reading) => {
      const shares = attended(reading)
      const verdict = isRight(reading) ? `✓ ${reading.syllables}` : `✗ ${reading.syllables}`
      const letters = shares.map((share, i) => (share > 0.5 ? paint.bold : paint.dim)(reading.letters[i])).join(' ')
      const bars = shares.map((share) => paint.cyan(BARS[Math.floor(share * (BARS.length - 0.01))])).join(' ')
      const plain = 2 * shares.length - 1
      const tone = isRight(reading) ? paint.green : paint.red
      return [
        `${letters}  ${tone(verdict)}${' '.repeat(Math.max(0, width - plain - 2 - verdict.length))}`,
        `${bars}  ${paint.dim(reading.counted.toFixed(2))}${' '.repeat(Math.max(0, width - plain - 6))}`,
      ]
    })
    print()
    for (const line of [0, 1]) print(`  ${row.map((word) => word[line]).join('')}`.trimEnd())
  }
}

/** One word's weights as a picture: row i shows what letter i attends to. */
export function printWeights({ print, paint }: Terminal, { letters, weights }: Reading): void {
  print(`      ${[...letters].map((letter) => `${letter} `).join('')}`.trimEnd())
  weights.forEach((row, i) => {
    const most = Math.max(...row)
    const cells = row.map((weight) => cell(paint.isColorSupported, weight / most)).join('')
    print(`    ${letters[i]} ${cells}${paint.isColorSupported ? '\x1b[0m' : ''}`.trimEnd())
  })
}

function cell(coloured: boolean, share: number): string {
  if (coloured) return `\x1b[48;5;${DARKEST + Math.round(share * GREYS)}m  `
  return SHADES[Math.round(share * (SHADES.length - 1))].repeat(2)
}
