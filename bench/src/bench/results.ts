import { availableParallelism, cpus } from 'node:os'
import type { Effort, Measured } from '../measure/measure.ts'
import type { Named } from '../measure/workload.ts'
import { DISTURBED, disturbance } from './judge.ts'

export interface Row extends Named {
  /** When it was measured. */
  date: string
  /** The fingerprint of what was measured; absent where nobody took it. */
  kernels?: string
  measured: Measured[]
}

export interface Machine {
  cpu: string
  cores: number
  platform: string
  node: string
  v8: string
}

/** What all rows of a table have in common. */
interface Setting {
  /** The versions of those that ran, by their names. */
  engines: Record<string, string>
  /** Why the others did not. */
  absent: Record<string, string>
  effort: Effort
}

export interface Section extends Setting {
  rows: Row[]
}

/** Where a row comes from. */
export interface Run extends Setting {
  machine: Machine
  kernels: string
}

export interface Results extends Run {
  rows: Row[]
}

/** What a captured MobileNetV2 holds, in bytes, and relative to its weights and two largest activations. */
export interface Memory {
  bytes: number
  ratio: number
}

/** Microseconds of a command of one item for each thread: of items that do nothing, and of larger ones on all threads and on one. */
export interface Dispatch {
  empty: number
  shared: number
  alone: number
}

/** docs/benchmarks.json. */
export interface Data {
  machine: Machine
  /** The fingerprint of what was measured last: rows of another one are stale. */
  kernels?: string
  compared: Section
  captured?: Section & { memory?: Memory }
  threads?: Section & { threads?: number; dispatch?: Dispatch }
}

export type Part = 'compared' | 'captured' | 'threads'

export const today = () => new Date().toISOString().slice(0, 10)

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown CPU',
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
  }
}

/** What a run finds out, piece by piece. */
export interface Change {
  row?: Row
  memory?: Memory
  threads?: number
  dispatch?: Dispatch
}

/** Hears of everything as soon as it is known. */
export type Hear = (run: Run, change: Change) => void

/**
 * The data with what is new of a part. Rows of another machine are dropped, and in this part those of another version of an engine, since no two
 * rows of a table may differ in those. A row that was there stays where the new one is more disturbed and nothing else is new.
 */
export function changed(data: Data | undefined, part: Part, run: Run, { row, ...others }: Change): Data {
  const { machine, kernels, engines, absent, effort } = run
  const old = data !== undefined && same(data.machine, machine) ? data : undefined
  const section: Partial<Section> = alike(old?.[part], run) ? { ...old?.[part] } : {}
  const known = { ...section.engines, ...engines }
  const unknown = Object.entries({ ...section.absent, ...absent }).filter(([name]) => known[name] === undefined)
  return {
    compared: { engines: {}, absent: {}, effort, rows: [] },
    ...old,
    machine,
    kernels,
    [part]: {
      ...section,
      ...others,
      engines: known,
      absent: Object.fromEntries(unknown),
      effort,
      rows: withRow(section.rows, row),
    },
  }
}

function withRow(rows: readonly Row[] = [], row?: Row): readonly Row[] {
  if (row === undefined) return rows
  if (!rows.some(({ name }) => name === row.name)) return [...rows, row]
  return rows.map((before) => (before.name === row.name ? preferred(before, row, rows) : before))
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function alike(section: Section | undefined, { engines }: Setting): boolean {
  return Object.entries(section?.engines ?? {}).every(([name, version]) => (engines[name] ?? version) === version)
}

/** Which of two measurements counts: the later one, unless it is disturbed, and more so than the earlier one of the same kernels and engines. */
export function preferred(before: Row, after: Row, rows: readonly Row[]): Row {
  if (before.kernels !== after.kernels || !same(timed(before), timed(after))) return after
  const disturbed = disturbance(after, rows)
  return disturbed > DISTURBED && disturbance(before, rows) < disturbed ? before : after
}

const timed = ({ measured }: Row) => measured.filter(({ ms }) => ms !== undefined).map(({ engine }) => engine)

/** The rows of these names, in that order. */
export function inOrder({ rows }: { rows: readonly Row[] }, names: readonly string[]): Row[] {
  return names.flatMap((name) => rows.find((row) => row.name === name) ?? [])
}

/** Of these workloads those that are to be measured: first what is missing, then what is stale, then what is disturbed, the worst first. */
export function due<W extends Named>(workloads: readonly W[], rows: readonly Row[], kernels: string): W[] {
  const urgency = ({ name }: W) => {
    const row = rows.find((row) => row.name === name)
    if (row === undefined) return Number.POSITIVE_INFINITY
    return row.kernels === kernels ? disturbance(row, rows) : Number.MAX_VALUE
  }
  return workloads
    .map((workload) => ({ workload, by: urgency(workload) }))
    .filter(({ by }) => by > DISTURBED)
    .sort((a, b) => (a.by === b.by ? 0 : b.by - a.by))
    .map(({ workload }) => workload)
}
