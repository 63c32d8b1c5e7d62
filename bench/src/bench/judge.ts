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
const STEADY = [NARROW, WIDE, 'tfjs-wasm', 'onnxruntime-web']

/** A row that is disturbed by more is not to be trusted. */
export const DISTURBED = 1.1

/**
 * How much something else took of the core while a row was measured: by how much its peak is below the best one, or a median above its
 * best round.
 */
export function disturbance(row: Row, rows: readonly Row[]): number {
  const peak = (row: Row) => gigaflops(row, 'peak 128') ?? 0
  const spreads = STEADY.map((engine) => {
    const { ms, rounds = [] } = of(row, engine) ?? {}
    return ms === undefined ? 1 : ms / Math.min(...rounds)
  })
  const best = Math.max(...rows.map(peak))
  return Math.max(best > 0 ? best / peak(row) : 1, ...spreads)
}
