// `npm run bench -- threads`: what threads are worth, here, and simulated, on more cores than there are.
import { info } from '@lanewise/backend'
import { significant, times } from '../measure/show.ts'
import type { Workload } from '../measure/workload.ts'
import type { Terminal } from '../terminal/index.ts'
import { fingerprint } from './fingerprint.ts'
import { of } from './judge.ts'
import { type Hear, type Row, type Run, thisMachine, today } from './results.ts'
import { simulate, simulationHead } from './simulate.ts'
import { journal } from './store.ts'
import { type Result, TABLE_EFFORT, table } from './table.ts'
import { dispatchTimes, startThreads, threadEngines } from './threadEngines.ts'

/** How many times as fast as one thread two are to be. */
export const threadsAsked: Readonly<Record<string, number>> = {
  'matmul 512': 1.8,
  'conv 3x3 56x56 64 to 64': 1.8,
  'attention 128x768 12 heads': 1.8,
  'CNN predict 32': 1.5,
}

/** The most microseconds that a command that does nothing may take. */
export const MOST_DISPATCH_US = 2

/** What is measured unless names are given: with the small ones, which are to be no slower than on one thread. */
export const threadedByDefault = [
  ...Object.keys(threadsAsked),
  'CNN train 32',
  'RNN train 32',
  'Attention train 32',
  'matmul 64x64x64',
  'attention 16x64 4 heads',
  'CNN predict 1',
  'RNN predict 1',
  'Attention predict 1',
]

export interface Gain {
  threads: number
  alone?: number
  together?: number
  /** How many times as fast, by the medians and by the best rounds. */
  median?: number
  best?: number
}

/** What several threads are worth in a row. */
export function gain(row: Row, threads: number): Gain {
  const [alone, together] = ['1 thread', `${threads} threads`].map((name) => of(row, name))
  if (alone?.ms === undefined || together?.ms === undefined)
    return { threads, alone: alone?.ms, together: together?.ms }
  return {
    threads,
    alone: alone.ms,
    together: together.ms,
    median: alone.ms / together.ms,
    best: Math.min(...alone.rounds) / Math.min(...together.rounds),
  }
}

/** Measures workloads on several threads and on one, and, unless somebody hears of the results, simulates more cores. */
export async function benchThreads(
  workloads: readonly Workload[],
  terminal: Terminal,
  { budget, hear }: { budget?: number; hear?: Hear },
): Promise<void> {
  const threads = await startThreads()
  const columns = threadEngines(threads)
  const run: Run = {
    machine: thisMachine(),
    kernels: fingerprint(),
    engines: Object.fromEntries(columns.map(({ name }) => [name, `${info().variant}`])),
    absent: {},
    effort: TABLE_EFFORT,
  }
  const save = journal()
  const rows: Row[] = []
  const onRow = (result: Result) => {
    const row = { ...result, date: today(), kernels: run.kernels }
    rows.push(row)
    save({ ...run, threads, rows })
    hear?.(run, { row, threads })
  }
  await table<Workload>(terminal, 'Threads', workloads, columns, { peer: '1 thread', budget, onRow })
  await columns[0].start()
  const dispatch = dispatchTimes()
  hear?.(run, { dispatch, threads })
  terminal.print(
    `A command that does nothing, on ${threads} threads that look for work: ${significant(dispatch.empty)} us; ` +
      `one of ${significant(dispatch.alone)} us: ${significant(dispatch.shared)} us`,
  )
  const simulated: [string, number[]][] = []
  if (hear === undefined) {
    terminal.heading('Simulated, from the times of chunks on one core: times as fast as one core')
    for (const workload of workloads) simulated.push([workload.name, await simulate(workload)])
    terminal.table(
      simulationHead,
      simulated.map(([name, ratios]) => [name, ...ratios.map(times)]),
    )
  }
  terminal.print(`\nWritten: ${save({ ...run, threads, dispatch, simulated, rows })}`)
}
