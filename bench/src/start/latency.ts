import { engines } from '../measure/engines.ts'
import { type Effort, type Measured, measure } from '../measure/measure.ts'
import { duration, significant, times } from '../measure/show.ts'
import type { Example, Terminal } from '../terminal/index.ts'
import { exampleWorkloads } from '../workloads/models.ts'

const EFFORT: Effort = { rounds: 7, warmUpMs: 400, roundMs: 100, limitMs: 8000 }
const QUICK_EFFORT: Effort = { rounds: 3, warmUpMs: 250, roundMs: 50, limitMs: 500 }

export interface Latency {
  workload: string
  measured: Measured[]
}

/** Measures the examples' models on all engines, interleaved. */
export async function measureLatencies(
  examples: readonly Example[],
  quick: boolean,
  terminal: Terminal,
): Promise<Latency[]> {
  const workloads = examples.flatMap((example) => exampleWorkloads(example))
  const progress = terminal.progress('table', workloads.length)
  const latencies: Latency[] = []
  for (const workload of workloads) {
    progress.update(latencies.length, { measuring: workload.name })
    const measured = await measure(workload, engines, quick ? QUICK_EFFORT : EFFORT)
    latencies.push({ workload: workload.name, measured })
  }
  progress.update(latencies.length, {})
  progress.stop()
  return latencies
}

export function printLatencies(terminal: Terminal, latencies: Latency[]): void {
  const [lanewise, ...stock] = engines.map(({ name }) => name)
  const head = ['', lanewise, ...stock.map((name) => `stock ${name}`), ...stock.map((name) => `vs ${name}`), 'max diff']
  const rows = latencies.map(({ workload, measured }) => {
    const [ours, ...others] = measured
    return [
      workload,
      ours.error === undefined ? duration(ours.ms) : terminal.paint.red('fails'),
      ...others.map(({ ms, error }) => (error === undefined ? duration(ms) : terminal.paint.yellow('fails'))),
      ...others.map(({ ms }) => ratio(terminal, ours.ms, ms)),
      ours.difference === undefined ? '-' : significantPower(ours.difference),
    ]
  })
  const errors = latencies.flatMap(({ workload, measured }) =>
    measured.flatMap(({ engine, error }) => (error === undefined ? [] : [`${workload} on ${engine}: ${error}`])),
  )
  terminal.table(head, rows, errors)
  terminal.print(
    terminal.paint.dim(
      'max diff: the largest difference of an output, or of the loss after one train step, from stock cpu',
    ),
  )
}

/** 'as fast as stock wasm or faster in all of 9 workloads' */
export function comparedWith(engine: string, latencies: Latency[]): string {
  const ratios = latencies.flatMap(({ workload, measured }) => {
    const other = measured.find((one) => one.engine === engine)?.ms
    return measured[0].ms !== undefined && other !== undefined ? [{ workload, ratio: other / measured[0].ms }] : []
  })
  const slower = ratios.filter(({ ratio }) => ratio < 1)
  const where = `${ratios.length} workloads that both run`
  if (slower.length === 0) return `lanewise is faster than stock ${engine} in all ${where}`
  const named = slower.map(({ workload, ratio }) => `${workload} (${times(ratio)})`).join(', ')
  return `lanewise is slower than stock ${engine} in ${slower.length} of the ${where}: ${named}`
}

function ratio(terminal: Terminal, ours: number | undefined, theirs: number | undefined): string {
  if (ours === undefined || theirs === undefined) return '-'
  const text = times(theirs / ours)
  return theirs >= ours ? terminal.paint.green(text) : terminal.paint.red(text)
}

function significantPower(difference: number): string {
  return difference === 0 || difference >= 0.01 ? significant(difference, 2) : difference.toExponential(1)
}
