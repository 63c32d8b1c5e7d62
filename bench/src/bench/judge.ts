import type { Measured } from '../measure/measure.ts'
import type { Target, Workload } from '../measure/workload.ts'
import { PEAK_FLOPS } from './peak.ts'
import type { Row } from './results.ts'

export const NARROW = 'lanewise'
export const WIDE = 'wide'
export type Mode = typeof NARROW | typeof WIDE

/** The peers in the order of the tables. */
export const PEERS = ['tfjs-wasm', 'onnxruntime-web', 'onnxruntime-node', 'tfjs-cpu', 'tfjs-node'] as const
export type Peer = (typeof PEERS)[number]

/** What was asked of a workload, and what is. */
export interface Judgement {
  workload: string
  mode: Mode
  against: Peer | 'peak'
  target: number
  /** Times as fast as a peer, or the share of the peak; undefined where one of the two was not measured. */
  actual?: number
  reached?: boolean
}

export function of({ measured }: Row, engine: string): Measured | undefined {
  return measured.find((one) => one.engine === engine)
}

/** How many times as fast as a peer. */
export function ratio(row: Row, mode: Mode, peer: Peer): number | undefined {
  const [ours, theirs] = [of(row, mode)?.ms, of(row, peer)?.ms]
  return ours !== undefined && theirs !== undefined ? theirs / ours : undefined
}

/** The share of the peak in operations of the same width. */
export function shareOfPeak(row: Row, mode: Mode): number | undefined {
  const [ours, peak] = [of(row, mode)?.ms, of(row, mode === WIDE ? 'peak 256' : 'peak 128')?.ms]
  return row.flops !== undefined && ours !== undefined && peak !== undefined
    ? (row.flops * peak) / (PEAK_FLOPS * ours)
    : undefined
}

export function gigaflops(row: Row, engine: string): number | undefined {
  const ms = of(row, engine)?.ms
  if (ms === undefined) return undefined
  if (engine.startsWith('peak')) return PEAK_FLOPS / ms / 1e6
  return row.flops === undefined ? undefined : row.flops / ms / 1e6
}

/** Everything that is asked of a workload. */
export function judge(row: Row, targets: Workload['targets'] = {}): Judgement[] {
  return Object.entries(targets).flatMap(([against, target]) =>
    target === undefined ? [] : judgeOne(row, against as Judgement['against'], target),
  )
}

function judgeOne(row: Row, against: Judgement['against'], { narrow, wide }: Target): Judgement[] {
  const asked: [Mode, number | undefined][] = [
    [NARROW, narrow],
    [WIDE, wide],
  ]
  return asked.flatMap(([mode, target]) => {
    if (target === undefined) return []
    const actual = against === 'peak' ? shareOfPeak(row, mode) : ratio(row, mode, against)
    return [{ workload: row.name, mode, against, target, actual, reached: actual && actual >= target } as Judgement]
  })
}

/** Those whose times targets speak of. */
const STEADY = /^(lanewise|wide|captured|tfjs-wasm|onnxruntime-web|\d+ threads?)$/

/** A row that is disturbed by more is not to be trusted. */
export const DISTURBED = 1.1

/**
 * How much something else took of the core while a row was measured: by how much its peak is below the usual one, or a median above its
 * best round.
 */
export function disturbance(row: Row, rows: readonly Row[]): number {
  const spreads = row.measured.map(({ engine, ms, rounds }) =>
    ms === undefined || !STEADY.test(engine) ? 1 : ms / Math.min(...rounds),
  )
  const peak = gigaflops(row, 'peak 128')
  return Math.max(peak === undefined ? 1 : usualPeak([...rows, row]) / peak, ...spreads)
}

/** In the upper quartile: a core that is fast for a moment does not make all other rows disturbed ones. */
function usualPeak(rows: readonly Row[]): number {
  const peaks = rows.flatMap((row) => gigaflops(row, 'peak 128') ?? []).sort((a, b) => b - a)
  return peaks[peaks.length >> 2]
}

/** Behind the name of a row: † where it was disturbed, ‡ where it was measured on other kernels than those with this fingerprint. */
export function marks(row: Row, rows: readonly Row[], kernels = row.kernels): string {
  const disturbed = disturbance(row, rows) > DISTURBED ? '†' : ''
  const stale = row.kernels === kernels ? '' : '‡'
  return disturbed + stale === '' ? '' : ` ${disturbed}${stale}`
}
