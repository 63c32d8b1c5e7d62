import { childEngines, type EngineName } from '../family/engines.ts'
import { type Remote, remoteEngine } from '../family/family.ts'
import { type Effort, measure } from '../measure/measure.ts'
import type { Workload } from '../measure/workload.ts'
import type { Terminal } from '../terminal/index.ts'
import { DISTURBED, disturbance, NARROW } from './judge.ts'
import { type Results, type Row, thisMachine } from './results.ts'

export const EFFORT: Effort = { rounds: 7, warmUpMs: 300, roundMs: 60, limitMs: 4000 }

/** Times as long as an operation warms up. */
export const MODEL_WARM_UP = 4

/** What tfjs-cpu would do in seconds, it does in these many operations at the most. */
const SLOW_FLOPS = 4e9
const SLOW: EngineName = 'tfjs-cpu'

/** Of the time that measuring all took: how long disturbed rows may be measured again. */
const MOST_AGAIN = 0.5

/** The engines of the tables; captured steps have one of their own. */
const ALL = (Object.keys(childEngines) as EngineName[]).filter((name) => name !== 'captured')

/** Measures workloads on all engines that can be had here, each in a process of its own, in turn. */
export async function compare(
  workloads: readonly Workload[],
  terminal: Terminal,
  effort = EFFORT,
  names: readonly EngineName[] = ALL,
): Promise<Results> {
  const family = names.map(remoteEngine)
  try {
    const { engines, absent } = await launch(family)
    const present = family.filter(({ name }) => engines[name] !== undefined)
    const measureAll = (label: string, chosen: readonly Workload[]) =>
      measureRows(terminal, label, chosen, (workload) => suited(present, workload), effort)
    const first = await measureAll('bench', workloads)
    const rows = first.map(({ row }) => row)
    const indices = affordable(first)
    const again = await measureAll(
      'again',
      indices.map((i) => workloads[i]),
    )
    for (const [at, i] of indices.entries())
      if (disturbance(again[at].row, rows) < disturbance(rows[i], rows)) rows[i] = again[at].row
    return { machine: thisMachine(), engines, absent, effort, rows }
  } finally {
    for (const engine of family) engine.stop()
  }
}

interface Timed {
  row: Row
  /** Milliseconds that measuring it took. */
  took: number
}

async function measureRows(
  terminal: Terminal,
  label: string,
  workloads: readonly Workload[],
  enginesFor: (workload: Workload) => readonly Remote[],
  effort: Effort,
): Promise<Timed[]> {
  if (workloads.length === 0) return []
  const turns = workloads.map((workload) => enginesFor(workload).length * (effort.rounds + 2))
  const before = (row: number) => turns.slice(0, row).reduce((sum, count) => sum + count, 0)
  const progress = terminal.progress(label, before(workloads.length))
  const rows: Timed[] = []
  try {
    for (const [i, workload] of workloads.entries()) {
      const { name, flops, bytes } = workload
      const started = performance.now()
      let turn = before(i)
      const onTurn = () => progress.update(turn++, { timing: name })
      const measured = await measure(workload, enginesFor(workload), effortFor(workload, effort), NARROW, onTurn)
      const date = new Date().toISOString().slice(0, 10)
      rows.push({ row: { name, flops, bytes, date, measured }, took: performance.now() - started })
    }
    progress.update(before(workloads.length), {})
  } finally {
    progress.stop()
  }
  return rows
}

/** The disturbed rows, by their index, the worst first, for which there is time. */
function affordable(first: readonly Timed[]): number[] {
  const rows = first.map(({ row }) => row)
  let left = MOST_AGAIN * first.reduce((sum, { took }) => sum + took, 0)
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

async function launch(family: readonly Remote[]): Promise<Pick<Results, 'engines' | 'absent'>> {
  const engines: Results['engines'] = {}
  const absent: Results['absent'] = {}
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
