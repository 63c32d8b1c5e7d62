import type { Engine } from '../measure/engines.ts'
import { type Effort, type Measured, measure } from '../measure/measure.ts'
import { duration, significant, times } from '../measure/show.ts'
import type { Named } from '../measure/workload.ts'
import type { Terminal } from '../terminal/index.ts'
import { PEAK_FLOPS, peaks } from './peak.ts'

const EFFORT: Effort = { rounds: 9, warmUpMs: 400, roundMs: 60, limitMs: 4000 }

interface Result extends Named {
  measured: Measured[]
}

/** Measures in this process, and prints one table; `peer` names the engine that the others are compared with, in speed and output. */
export async function table<W extends Named>(
  terminal: Terminal,
  title: string,
  rows: readonly W[],
  columns: readonly Engine<W>[],
  peer?: string,
): Promise<Result[]> {
  terminal.heading(
    `${title}: time of one run; GFLOP/s, or GB/s where marked, beside it (medians of ${EFFORT.rounds} interleaved rounds)`,
  )
  const results: Result[] = []
  const progress = terminal.progress('bench', rows.length)
  for (const row of rows) {
    progress.update(results.length, { timing: row.name })
    const { name, flops, bytes } = row
    results.push({ name, flops, bytes, measured: await measure(row, [...columns, ...peaks], EFFORT, peer) })
  }
  progress.update(rows.length, {})
  progress.stop()
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
