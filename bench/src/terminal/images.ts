import type { Terminal } from './terminal.ts'

export interface Picture {
  /** Grey values in [0, 1], row by row; as many rows as columns. */
  pixels: Float32Array
  caption: string
}

const GREYS = 24
const DARKEST = 232

const GAP = 2

/** How many pictures, `side` pixels wide, stand beside each other. */
export function picturesInRow(terminal: Terminal, side: number): number {
  return Math.max(1, Math.floor(terminal.columns / (side + GAP)))
}

/** Draws square grey pictures side by side, two rows of pixels to a line of text, with their captions above them. */
export function printPictures(terminal: Terminal, pictures: Picture[]): void {
  if (pictures.length === 0) return
  const side = Math.sqrt(pictures[0].pixels.length)
  const perRow = picturesInRow(terminal, side)
  for (let first = 0; first < pictures.length; first += perRow) {
    const row = pictures.slice(first, first + perRow)
    terminal.print()
    terminal.print(`  ${row.map(({ caption }) => caption.slice(0, side).padEnd(side + GAP)).join('')}`.trimEnd())
    for (let y = 0; y < side; y += 2) {
      const line = row.map(({ pixels }) => halfBlocks(terminal, pixels, side, y)).join('  ')
      terminal.print(terminal.isTTY ? `  ${line}` : `  ${line}`.trimEnd())
    }
  }
}

function halfBlocks(terminal: Terminal, pixels: Float32Array, side: number, y: number): string {
  let text = ''
  for (let x = 0; x < side; x++) {
    const top = pixels[y * side + x]
    const bottom = y + 1 < side ? pixels[(y + 1) * side + x] : 0
    if (terminal.paint.isColorSupported) text += `\x1b[38;5;${grey(top)};48;5;${grey(bottom)}m▀`
    else text += ' ▀▄█'[(top > 0.4 ? 1 : 0) + (bottom > 0.4 ? 2 : 0)]
  }
  return terminal.paint.isColorSupported ? `${text}\x1b[0m` : text
}

function grey(value: number): number {
  return DARKEST + Math.round(Math.min(Math.max(value, 0), 1) * (GREYS - 1))
}
