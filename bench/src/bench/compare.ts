import { childEngines, type EngineName } from '../family/engines.ts'
import { type Remote, remoteEngine } from '../family/family.ts'
import { type Effort, measure } from '../measure/measure.ts'
import type { Workload } from '../measure/workload.ts'
import type { Terminal } from '../terminal/index.ts'
import { gigaflops, NARROW } from './judge.ts'
import { type Results, type Row, thisMachine } from './results.ts'

export const EFFORT: Effort = { rounds: 7, warmUpMs: 300, roundMs: 60, limitMs: 4000 }

/** What tfjs-cpu would do in seconds, it does in these many operations at the most. */
const SLOW_FLOPS = 4e9
const SLOW: EngineName = 'tfjs-cpu'

/** Of the fastest peak in a run of the program; rows measured beside less are measured again, once. */
const QUIET = 0.95

/** Measures workloads on all engines that can be had here, each in a process of its own, in turn. */
export async function compare(workloads: readonly Workload[], terminal: Terminal, effort = EFFORT): Promise<Results> {
  const names = Object.keys(childEngines) as EngineName[]
  const family = names.map(remoteEngine)
  try {
    const { engines, absent } = await launch(family)
    const present = family.filter(({ name }) => engines[name] !== undefined)
    const turns = workloads.map((workload) => suited(present, workload).length * (effort.rounds + 2))
    const progress = terminal.progress(
      'bench',
      turns.reduce((sum, count) => sum + count, 0),
    )
    let turn = 0
    const one = async (workload: Workload, engines: readonly Remote[]): Promise<Row> => {
      const { name, flops, bytes } = workload
      const measured = await measure(workload, engines, effortFor(workload, effort), NARROW, (engine) =>
        progress.update(turn++, { timing: name, on: engine }),
      )
      return { name, flops, bytes, date: new Date().toISOString().slice(0, 10), measured }
    }
    const rows: Row[] = []
    try {
      for (const [i, workload] of workloads.entries()) {
        rows.push(await one(workload, suited(present, workload)))
        turn = turns.slice(0, i + 1).reduce((sum, count) => sum + count, 0)
      }
      for (const i of disturbed(rows)) {
        const again = await one(workloads[i], suited(present, workloads[i]))
        if (peakOf(again) > peakOf(rows[i])) rows[i] = again
      }
      progress.update(turn, {})
    } finally {
      progress.stop()
    }
    return { machine: thisMachine(), engines, absent, effort, rows }
  } finally {
    for (const engine of family) engine.stop()
  }
}

/** The speed of the core while the row was measured. */
function peakOf(row: Row): number {
  return gigaflops(row, 'peak 128') ?? Number.POSITIVE_INFINITY
}

/** Rows in whose time something else took of the core, by their index. */
function disturbed(rows: readonly Row[]): number[] {
  const most = Math.max(...rows.map(peakOf))
  return rows.flatMap((row, i) => (peakOf(row) < QUIET * most ? [i] : []))
}

/** The engines that are to run a workload: no long waits, and nothing that has no such thing. */
function suited(engines: readonly Remote[], { flops = 0, long = false, onnx }: Workload): readonly Remote[] {
  return engines.filter(
    ({ name }) =>
      (name !== SLOW || (flops <= SLOW_FLOPS && !long)) && (onnx !== undefined || !name.startsWith('onnxruntime')),
  )
}

/** A slow peer that a target speaks of gets all rounds. */
function effortFor({ targets }: Workload, effort: Effort): Effort {
  return targets?.[SLOW as 'tfjs-cpu'] === undefined
    ? effort
    : { ...effort, rounds: 5, limitMs: Number.POSITIVE_INFINITY }
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
