import { childEngines, type EngineName } from '../family/engines.ts'
import { type Remote, remoteEngine } from '../family/family.ts'
import { type Effort, measure } from '../measure/measure.ts'
import type { Workload } from '../measure/workload.ts'
import type { Terminal } from '../terminal/index.ts'
import { DISTURBED, disturbance, NARROW } from './judge.ts'
import { type Results, type Row, thisMachine } from './results.ts'

export const EFFORT: Effort = { rounds: 7, warmUpMs: 300, roundMs: 60, limitMs: 4000 }

/** What tfjs-cpu would do in seconds, it does in these many operations at the most. */
const SLOW_FLOPS = 4e9
const SLOW: EngineName = 'tfjs-cpu'

/** Disturbed rows are measured again, once, as long as that and measuring all took less than so many times the latter. */
const MOST_AGAIN = 1.5

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
      const measured = await measure(workload, engines, effortFor(workload, effort), NARROW, () =>
        progress.update(turn++, { timing: name }),
      )
      return { name, flops, bytes, date: new Date().toISOString().slice(0, 10), measured }
    }
    const rows: Row[] = []
    const started = performance.now()
    try {
      for (const [i, workload] of workloads.entries()) {
        rows.push(await one(workload, suited(present, workload)))
        turn = turns.slice(0, i + 1).reduce((sum, count) => sum + count, 0)
      }
      const spent = performance.now() - started
      for (const i of disturbed(rows)) {
        if (performance.now() - started > MOST_AGAIN * spent) break
        const again = await one(workloads[i], suited(present, workloads[i]))
        if (disturbance(again, rows) < disturbance(rows[i], rows)) rows[i] = again
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

/** The rows to measure again, by their index, the worst first. */
function disturbed(rows: readonly Row[]): number[] {
  return rows
    .map((row, i) => ({ i, by: disturbance(row, rows) }))
    .filter(({ by }) => by > DISTURBED)
    .sort((a, b) => b.by - a.by)
    .map(({ i }) => i)
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
