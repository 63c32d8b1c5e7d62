import type { Engine } from '../measure/engines.ts'
import { type Effort, type Measured, measure } from '../measure/measure.ts'
import { duration, significant, times } from '../measure/show.ts'
import type { Named } from '../measure/workload.ts'
import type { Terminal } from '../terminal/index.ts'
import { PEAK_FLOPS, peaks } from './peak.ts'

export const TABLE_EFFORT: Effort = { rounds: 9, warmUpMs: 400, roundMs: 60, limitMs: 4000 }

export interface Result extends Named {
  measured: Measured[]
}

export interface TableOptions {
  /** The engine that the others are compared with, in speed and output. */
  peer?: string
  /** How long it may take, in milliseconds: no row begins for which no time is left, but the first. */
  budget?: number
  /** Hears of each row as soon as it is measured. */
  onRow?: (row: Result) => void
}

/** Measures in this process, and prints one table. */
export async function table<W extends Named>(
  terminal: Terminal,
  title: string,
  rows: readonly W[],
  columns: readonly Engine<W>[],
  { peer, budget = Number.POSITIVE_INFINITY, onRow = () => {} }: TableOptions = {},
): Promise<Result[]> {
  terminal.heading(
    `${title}: time of one run; GFLOP/s, or GB/s where marked, beside it (medians of ${TABLE_EFFORT.rounds} interleaved rounds)`,
  )
  const results: Result[] = []
  const progress = terminal.progress('bench', rows.length)
  const started = performance.now()
  for (const row of rows) {
    if (!fits(performance.now() - started, results.length, budget)) break
    progress.update(results.length, { timing: row.name })
    const { name, flops, bytes } = row
    const result = { name, flops, bytes, measured: await measure(row, [...columns, ...peaks], TABLE_EFFORT, peer) }
    results.push(result)
    onRow(result)
  }
  progress.update(rows.length, {})
  progress.stop()
  tellLeftOut(terminal, rows.slice(results.length))
  const compared = peer === undefined ? [] : columns.filter(({ name }) => name !== peer)
  const head = [
    '',
    ...columns.flatMap(({ name }) => [name, 'G/s']),
    ...compared.map(({ name }) => `${name} vs ${peer}`),
    ...(peer === undefined ? [] : ['max diff']),
    ...peaks.map(({ name }) => `of ${name}`),
  ]
  terminal.table(
    head,
    results.map(({ name, flops, bytes, measured }) => {
      const of = new Map(measured.map((one) => [one.engine, one]))
      return [
        name,
        ...columns.flatMap((column) => {
          const { ms, error } = of.get(column.name)!
          return [error === undefined ? duration(ms) : 'fails', speed(ms, flops, bytes)]
        }),
        ...compared.map((column) => ratio(of.get(peer!)?.ms, of.get(column.name)?.ms)),
        ...(peer === undefined ? [] : [of.get(columns[0].name)?.difference?.toExponential(1) ?? '-']),
        ...peaks.map((limit) => {
          const best = limit.name === 'peak 256' ? of.get('wide') : measured[0]
          return flops === undefined ? '' : percent(of.get(limit.name)?.ms, best?.ms, flops)
        }),
      ]
    }),
    results.flatMap(({ name, measured }) =>
      measured.flatMap(({ engine, error }) => (error === undefined ? [] : [`${name} on ${engine}: ${error}`])),
    ),
  )
  return results
}

/** Whether one more of what took so long for `count` of them is done within a budget; the first is, in any case. */
export function fits(took: number, count: number, budget: number): boolean {
  return count === 0 || took + took / count <= budget
}

/** Says for which rows no time was left. */
export function tellLeftOut({ paragraph }: Terminal, rows: readonly Named[]): void {
  if (rows.length > 0) paragraph(`No time was left for ${rows.length}: ${rows.map(({ name }) => name).join('; ')}`)
}

function speed(ms: number | undefined, flops: number | undefined, bytes: number | undefined): string {
  if (ms === undefined) return ''
  if (flops !== undefined) return significant(flops / ms / 1e6)
  return bytes === undefined ? '' : `${significant(bytes / ms / 1e6)} B`
}

function ratio(theirs: number | undefined, ours: number | undefined): string {
  return ours !== undefined && theirs !== undefined ? times(theirs / ours) : '-'
}

/** The speed of so many operations in `ms`, of that of a peak. */
function percent(peakMs: number | undefined, ms: number | undefined, flops: number): string {
  if (peakMs === undefined || ms === undefined) return '-'
  return `${Math.round((100 * flops * peakMs) / (PEAK_FLOPS * ms))} %`
}
