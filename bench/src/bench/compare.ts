import { childEngines, type EngineName } from '../family/engines.ts'
import { type Remote, remoteEngine } from '../family/family.ts'
import { type Effort, measure } from '../measure/measure.ts'
import type { Workload } from '../measure/workload.ts'
import type { Terminal } from '../terminal/index.ts'
import { fingerprint } from './fingerprint.ts'
import { DISTURBED, disturbance, NARROW } from './judge.ts'
import { type Hear, preferred, type Results, type Row, type Run, thisMachine, today } from './results.ts'
import { fits, tellLeftOut } from './table.ts'

const EFFORT: Effort = { rounds: 7, warmUpMs: 300, roundMs: 60, limitMs: 4000 }

/** Times as long as an operation warms up. */
export const MODEL_WARM_UP = 4

/** What tfjs-cpu would do in seconds, it does in these many operations at the most. */
const SLOW_FLOPS = 4e9
const SLOW: EngineName = 'tfjs-cpu'

/** Of the time that measuring all took: how long disturbed rows may be measured again. */
const MOST_AGAIN = 0.5

/** The engines of the tables; captured steps have one of their own. */
const ALL = (Object.keys(childEngines) as EngineName[]).filter((name) => name !== 'captured')

export interface Comparison {
  effort?: Effort
  /** The engines, each in a process of its own. */
  family?: readonly Remote[]
  /** How long all of it may take, in milliseconds. When no time is left for another row, the rest is left out; one is measured in any case. */
  budget?: number
  /** Rows measured before, to tell by their peaks what is disturbed. */
  known?: readonly Row[]
  /** Hears of each row as soon as it is measured. */
  hear?: Hear
}

export const family = (names: readonly EngineName[] = ALL) => names.map(remoteEngine)

/** Measures workloads on all engines that can be had here, in turn; disturbed rows again, as far as there is time. */
export async function compare(
  workloads: readonly Workload[],
  terminal: Terminal,
  { effort = EFFORT, family: engines = family(), budget, known = [], hear = () => {} }: Comparison = {},
): Promise<Results> {
  const started = performance.now()
  try {
    const setting = await launch(engines)
    const run: Run = { machine: thisMachine(), kernels: fingerprint(), ...setting, effort }
    const present = engines.filter(({ name }) => setting.engines[name] !== undefined)
    const left = () => (budget === undefined ? Number.POSITIVE_INFINITY : budget - (performance.now() - started))
    const measureAll = (label: string, chosen: readonly Workload[]) =>
      measureRows(
        terminal,
        label,
        chosen,
        (workload) => suited(present, workload),
        effort,
        left,
        (row) => {
          const whole = { ...row, kernels: run.kernels }
          hear(run, { row: whole })
          return whole
        },
      )
    const first = await measureAll('bench', workloads)
    const rows = first.map(({ row }) => row)
    tellLeftOut(terminal, workloads.slice(first.length))
    const again = affordable(first, budget === undefined ? MOST_AGAIN * taken(first) : left(), known)
    for (const { row } of await measureAll(
      'again',
      again.map((i) => workloads[i]),
    )) {
      const i = rows.findIndex(({ name }) => name === row.name)
      rows[i] = preferred(rows[i], row, [...known, ...rows])
    }
    return { ...run, rows }
  } finally {
    for (const engine of engines) engine.stop()
  }
}

export interface Timed {
  row: Row
  /** Milliseconds that measuring it took. */
  took: number
}

const taken = (timed: readonly Timed[]) => timed.reduce((sum, { took }) => sum + took, 0)

async function measureRows(
  terminal: Terminal,
  label: string,
  workloads: readonly Workload[],
  enginesFor: (workload: Workload) => readonly Remote[],
  effort: Effort,
  left: () => number,
  onRow: (row: Row) => Row,
): Promise<Timed[]> {
  if (workloads.length === 0) return []
  const turns = workloads.map((workload) => enginesFor(workload).length * (effort.rounds + 2))
  const before = (row: number) => turns.slice(0, row).reduce((sum, count) => sum + count, 0)
  const progress = terminal.progress(label, before(workloads.length))
  const rows: Timed[] = []
  try {
    for (const [i, workload] of workloads.entries()) {
      if (!fits(taken(rows), i, taken(rows) + left())) break
      const { name, flops, bytes } = workload
      const started = performance.now()
      let turn = before(i)
      const onTurn = () => progress.update(turn++, { timing: name })
      const measured = await measure(workload, enginesFor(workload), effortFor(workload, effort), NARROW, onTurn)
      const row = onRow({ name, flops, bytes, date: today(), measured })
      rows.push({ row, took: performance.now() - started })
    }
    progress.update(before(workloads.length), {})
  } finally {
    progress.stop()
  }
  return rows
}

/** The disturbed rows, by their index, the worst first, for which there is time: so many milliseconds. */
export function affordable(first: readonly Timed[], time: number, known: readonly Row[] = []): number[] {
  const rows = [...known, ...first.map(({ row }) => row)]
  let left = time
  return first
    .map(({ row, took }, i) => ({ i, took, by: disturbance(row, rows) }))
    .filter(({ by }) => by > DISTURBED)
    .sort((a, b) => b.by - a.by)
    .flatMap(({ i, took }) => {
      if (took > left) return []
      left -= took
      return [i]
    })
}

/** The engines that are to run a workload: no long waits, and nothing that has no such thing. */
function suited(engines: readonly Remote[], { flops = 0, long = false, onnx }: Workload): readonly Remote[] {
  return engines.filter(
    ({ name }) =>
      (name !== SLOW || (flops <= SLOW_FLOPS && !long)) && (onnx !== undefined || !name.startsWith('onnxruntime')),
  )
}

/** A slow peer that a target speaks of gets all rounds, and the compiler of JavaScript the time that it needs. */
function effortFor({ targets, model }: Workload, effort: Effort): Effort {
  const warm = model ? { ...effort, warmUpMs: effort.warmUpMs * MODEL_WARM_UP } : effort
  return targets?.[SLOW as 'tfjs-cpu'] === undefined ? warm : { ...warm, rounds: 5, limitMs: Number.POSITIVE_INFINITY }
}

async function launch(family: readonly Remote[]): Promise<Pick<Run, 'engines' | 'absent'>> {
  const engines: Run['engines'] = {}
  const absent: Run['absent'] = {}
  // One after the other would take ten seconds; nothing is timed yet.
  await Promise.all(
    family.map(async ({ name, launch }) => {
      try {
        engines[name] = await launch()
      } catch (error) {
        absent[name] = error instanceof Error ? error.message : String(error)
      }
    }),
  )
  const inOrder = (record: Record<string, string>) =>
    Object.fromEntries(family.flatMap(({ name }) => (name in record ? [[name, record[name]]] : [])))
  return { engines: inOrder(engines), absent: inOrder(absent) }
}
