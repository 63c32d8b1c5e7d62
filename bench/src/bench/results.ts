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
  writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`)
  return file
}

/** A line for each row. */
export function write(file: string, { rows, ...others }: Results): void {
  const lines = rows.map((row) => `    ${JSON.stringify(row, rounded)}`).join(',\n')
  writeFileSync(file, `${JSON.stringify(others, rounded, 2).slice(0, -2)},\n  "rows": [\n${lines}\n  ]\n}\n`)
}

export function read(file: string): Results | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined
}

/** No clock is as exact as a float64. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value
}

/**
 * The rows of `names`, in that order: the new ones, and of the others those measured before. Rows of another machine or another version of
 * an engine are dropped, since no two rows of a table may differ in those.
 */
export function merged(before: Results | undefined, now: Results, names: readonly string[]): Results {
  const old = before !== undefined && alike(before, now) ? before : undefined
  const engines = { ...old?.engines, ...now.engines }
  const absent = { ...old?.absent, ...now.absent }
  const rows = new Map([...(old?.rows ?? []), ...now.rows].map((row) => [row.name, row]))
  return {
    ...now,
    engines,
    absent: Object.fromEntries(Object.entries(absent).filter(([name]) => engines[name] === undefined)),
    rows: names.flatMap((name) => rows.get(name) ?? []),
  }
}

function alike(a: Results, b: Results): boolean {
  const sameVersions = Object.entries(a.engines).every(([name, version]) => (b.engines[name] ?? version) === version)
  return sameVersions && JSON.stringify(a.machine) === JSON.stringify(b.machine)
}
