import { duration, significant, times } from '../measure/show.ts'
import type { Workload } from '../measure/workload.ts'
import type { Terminal } from '../terminal/index.ts'
import {
  gigaflops,
  type Judgement,
  judge,
  type Mode,
  marks,
  NARROW,
  of,
  PEERS,
  type Peer,
  ratio,
  shareOfPeak,
  WIDE,
} from './judge.ts'
import type { Results, Row } from './results.ts'

const SHORT: Record<string, string> = { 'onnxruntime-web': 'ort-web', 'onnxruntime-node': 'ort-node' }
export const short = (engine: string) => SHORT[engine] ?? engine

type Paint = Terminal['paint']
type Targets = (workload: string) => Workload['targets']

/** Prints two tables, speeds and ratios, and what was reached of what was asked. */
export function printResults(terminal: Terminal, results: Results, targetsOf: Targets): void {
  const { rows, engines, absent, effort } = results
  const { paint } = terminal
  const ran = (name: string) => engines[name] !== undefined
  const modes = [NARROW, WIDE].filter(ran) as Mode[]
  const peers = PEERS.filter(ran)
  const title = (row: Row) => row.name + paint.yellow(marks(row, rows))

  terminal.heading(`GFLOP/s on one core, or the time of one run (medians of ${effort.rounds} interleaved rounds)`)
  terminal.table(
    ['', ...[...modes, ...peers].map(short), ...modes.map((mode) => (mode === WIDE ? '% of 256' : '% of 128'))],
    rows.map((row) => [
      title(row),
      ...[...modes, ...peers].map((engine) => cell(row, engine, paint)),
      ...modes.map((mode) => percent(shareOfPeak(row, mode))),
    ]),
    failures(rows),
  )
  terminal.print(paint.dim(peakLine(rows)))

  terminal.heading('Times as fast as the peers, with what it is to be in brackets')
  // Nobody asks how many times as slow the slowest one is.
  const pairs = peers
    .flatMap((peer) => modes.map((mode) => ({ peer, mode })))
    .filter(({ peer, mode }) => peer !== 'tfjs-cpu' || mode === NARROW)
  terminal.table(
    ['', ...pairs.map(({ peer, mode }) => (mode === NARROW ? short(peer) : 'wide')), 'max diff'],
    rows.map((row) => {
      const judged = judge(row, targetsOf(row.name))
      return [
        title(row),
        ...pairs.map(({ peer, mode }) => ratioCell(row, mode, peer, judged, paint)),
        largestDifference(row),
      ]
    }),
  )
  if (peers.length > 0)
    terminal.print(paint.dim('max diff: the largest difference of a peer from lanewise, of the largest value'))
  if (rows.some((row) => marks(row, rows) !== ''))
    terminal.print(paint.dim('†: something else took of the core meanwhile'))
  for (const [name, reason] of Object.entries(absent)) terminal.print(paint.dim(`Not run: ${name}: ${reason}`))
  printVerdict(
    terminal,
    rows.flatMap((row) => judge(row, targetsOf(row.name))),
  )
}

function cell(row: Row, engine: string, paint: Paint): string {
  const { ms, error } = of(row, engine) ?? {}
  if (error !== undefined) return paint.yellow(error.startsWith('wrong') ? 'wrong' : 'fails')
  if (ms === undefined) return paint.dim('-')
  const speed = gigaflops(row, engine)
  const text = speed === undefined ? duration(ms) : significant(speed)
  return engine === NARROW || engine === WIDE ? paint.bold(text) : text
}

function ratioCell(row: Row, mode: Mode, peer: Peer, judged: Judgement[], paint: Paint): string {
  const value = ratio(row, mode, peer)
  if (value === undefined) return paint.dim('-')
  const asked = judged.find((one) => one.against === peer && one.mode === mode)
  if (asked === undefined) return value < 1 ? paint.yellow(times(value)) : times(value)
  const text = `${exactly(value)} (${asked.target})`
  return asked.reached ? paint.green(text) : paint.red(text)
}

/** 1.46x, 12.3x, 154x: to three figures, for a comparison with a target. */
export const exactly = (value: number) => `${significant(value)}x`

export function percent(share: number | undefined): string {
  return share === undefined ? '' : `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`
}

function largestDifference({ measured }: Row): string {
  const relative = measured.flatMap(({ difference, scale, error }) =>
    difference === undefined || error !== undefined ? [] : [difference / (scale || 1)],
  )
  if (relative.length === 0) return '-'
  const largest = Math.max(...relative)
  return largest === 0 ? '0' : largest.toExponential(0)
}

/** The slowest and the fastest that a core did at its peak, over all rows: equal on a quiet machine. */
function peakLine(rows: Row[]): string {
  const described = ['peak 128', 'peak 256'].flatMap((name) => {
    const speeds = rows.map((row) => gigaflops(row, name)).filter((speed) => speed !== undefined)
    if (speeds.length === 0) return []
    const [least, most] = [Math.min(...speeds), Math.max(...speeds)].map((speed) => speed.toFixed(1))
    return [`${name.slice(-3)}-bit ${least === most ? most : `${least} to ${most}`}`]
  })
  return described.length === 0
    ? ''
    : `% of the peak of multiply-adds in so many bits, measured beside each row; GFLOP/s: ${described.join(', ')}`
}

function failures(rows: Row[]): string[] {
  return rows.flatMap(({ name, measured }) =>
    measured.flatMap(({ engine, error }) => (error === undefined ? [] : [`${name} on ${engine}: ${error}`])),
  )
}

function printVerdict({ print, paint }: Terminal, judged: Judgement[]): void {
  const missed = judged.filter(({ reached }) => reached === false)
  const measured = judged.filter(({ reached }) => reached !== undefined)
  if (measured.length === 0) return
  const count = `${measured.length - missed.length} of ${measured.length} targets reached`
  print(`\n${missed.length === 0 ? paint.green(count) : paint.bold(count)}`)
  for (const { workload, mode, against, actual, target } of missed) {
    const what = against === 'peak' ? `of the peak in ${mode === WIDE ? 256 : 128} bits` : `against ${against}`
    const figures =
      against === 'peak' ? `${percent(actual)}, not ${percent(target)}` : `${exactly(actual!)}, not ${target}x`
    print(`  ${paint.red('missed')}  ${workload}${mode === WIDE ? ', wide' : ''}: ${figures} ${what}`)
  }
}
