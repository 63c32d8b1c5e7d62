import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import type { Effort, Measured } from '../measure/measure.ts'
import type { Named } from '../measure/workload.ts'

export interface Row extends Named {
  /** When it was measured. */
  date: string
  measured: Measured[]
}

export interface Machine {
  cpu: string
  cores: number
  platform: string
  node: string
  v8: string
}

export interface Results {
  machine: Machine
  /** The versions of those that ran, by their names. */
  engines: Record<string, string>
  /** Why the others did not. */
  absent: Record<string, string>
  effort: Effort
  rows: Row[]
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown CPU',
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
  }
}

/** Writes .bench/<time>.json and returns that path. */
export function save(results: unknown): string {
  const file = `.bench/${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`
  mkdirSync('.bench', { recursive: true })
  write(file, results)
  return file
}

export function write(file: string, results: unknown): void {
  writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`)
}

export function read(file: string): Results | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined
}

/** No clock is as exact as a float64. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : value
}

/**
 * The rows of `names`, in that order: the new ones, and of the others those measured before. Rows of another machine or other versions are
 * dropped, since no two rows of a table may differ in those.
 */
export function merged(before: Results | undefined, now: Results, names: readonly string[]): Results {
  const alike = ({ machine, engines }: Results) => JSON.stringify([machine, Object.entries(engines).sort()])
  const old = before !== undefined && alike(before) === alike(now) ? before.rows : []
  const rows = new Map([...old, ...now.rows].map((row) => [row.name, row]))
  return { ...now, rows: names.flatMap((name) => rows.get(name) ?? []) }
}
