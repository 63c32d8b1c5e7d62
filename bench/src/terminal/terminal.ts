import { Presets, SingleBar } from 'cli-progress'
import Table from 'cli-table3'
import pc from 'picocolors'

export interface Progress {
  /** `done` of the total, and what to show beside it, such as `{ epoch: '3/10', loss: '0.1234' }`. */
  update(done: number, values: Record<string, string>): void
  stop(): void
}

/** Writes to a person (bars, colours) or, where the stream is no terminal, plain lines without control characters. */
export interface Terminal {
  readonly isTTY: boolean
  /** Columns to write in. */
  readonly columns: number
  /** Colours that are empty where the stream does not show them. */
  readonly paint: ReturnType<typeof pc.createColors>
  print(text?: string): void
  heading(text: string): void
  /** Prints text that breaks between words, each line behind `indent`. */
  paragraph(text: string, indent?: string): void
  /** `notes` are lines across all columns at the table's end. */
  table(head: string[], rows: string[][], notes?: string[]): void
  progress(label: string, total: number): Progress
}

type Stream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number }

const PLAIN_LINES = 5
const NOTE_WIDTH = 78

/** No lines in a table but the one under its head. */
const ONE_RULE = Object.fromEntries([
  ...['top', 'bottom', 'left', 'right'].flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, '']),
  ),
  ['mid', '─'],
  ['mid-mid', '──'],
  ['middle', '  '],
])

export function createTerminal(stream: Stream = process.stdout): Terminal {
  const isTTY = stream.isTTY === true && process.env.TERM !== 'dumb'
  const paint = pc.createColors(isTTY && pc.isColorSupported)
  const columns = Math.min(stream.columns ?? 100, 120)
  const print = (text = '') => void stream.write(`${text}\n`)
  return {
    isTTY,
    columns,
    paint,
    print,
    paragraph: (text, indent = '') => print(wrapped(text, columns, indent)),
    heading: (text) => print(`\n${paint.bold(paint.cyan(text))}`),
    table(head, rows, notes = []) {
      const table = new Table({
        head: head.map((cell) => paint.bold(cell)),
        colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
        chars: ONE_RULE,
        style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
      })
      table.push(
        ...rows,
        ...notes.map((note) => [{ content: wrapped(note, NOTE_WIDTH, '', '  '), colSpan: head.length }]),
      )
      // Behind its text a note is padded to the width of the table, and so is an empty last cell.
      print(table.toString().replace(/ +$/gm, ''))
    },
    progress: (label, total) => (isTTY ? bar(stream, paint, label, total) : lines(print, label, total)),
  }
}

function bar(stream: Stream, paint: Terminal['paint'], label: string, total: number): Progress {
  const started = performance.now()
  const single = new SingleBar(
    {
      stream,
      hideCursor: true,
      gracefulExit: false,
      barsize: 28,
      fps: 8,
      format: `${label.padEnd(6)} ${paint.cyan('{bar}')} {percentage}%  {values}`,
    },
    Presets.shades_classic,
  )
  const interrupted = () => {
    single.stop()
    process.exit(130)
  }
  process.once('SIGINT', interrupted)
  single.start(total, 0, { values: '' })
  return {
    update(done, values) {
      const left = timeLeft(started, done, total)
      single.update(done, { values: `${described(values)}  ${paint.dim(left)}`.padEnd(44) })
    },
    stop() {
      process.removeListener('SIGINT', interrupted)
      single.stop()
    },
  }
}

function lines(print: Terminal['print'], label: string, total: number): Progress {
  const started = performance.now()
  let shown = 0
  return {
    update(done, values) {
      if (Math.floor((done * PLAIN_LINES) / total) === shown) return
      shown = Math.floor((done * PLAIN_LINES) / total)
      const percent = `${Math.round((100 * done) / total)}%`.padStart(4)
      print(`${label.padEnd(6)} ${percent}  ${described(values)}  ${timeLeft(started, done, total)}`)
    },
    stop() {},
  }
}

function described(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join('  ')
}

function timeLeft(started: number, done: number, total: number): string {
  const spent = (performance.now() - started) / 1000
  if (done >= total) return `${spent.toFixed(1)} s`
  return done > 0 ? `${Math.ceil((spent / done) * (total - done))} s left` : ''
}

function wrapped(text: string, width: number, first = '', next = first): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? `${lines.length === 0 ? first : next}${word}` : `${line} ${word}`
    if (line !== '' && longer.length > width) {
      lines.push(line)
      line = `${next}${word}`
    } else line = longer
  }
  return [...lines, line].join('\n')
}
