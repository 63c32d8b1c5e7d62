// `npm run bench -- [names...]`: workloads on lanewise and the stock backends, and micro-benchmarks of the kernels.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { whyNotWide } from '@lanewise/kernels'
import { Command } from 'commander'
import { type Engine, engines, wideEngine } from '../measure/engines.ts'
import { type Effort, type Measured, measure } from '../measure/measure.ts'
import { modelWorkloads } from '../measure/models.ts'
import { duration, significant, times } from '../measure/show.ts'
import type { Named, Workload } from '../measure/workload.ts'
import { examples } from '../start/examples.ts'
import { createTerminal } from '../terminal/index.ts'
import { benchedOps, type KernelWorkload, kernelWorkloads, variants } from './kernels.ts'
import { PEAK_FLOPS, peaks } from './peak.ts'
import { tensorWorkloads } from './tensors.ts'
import { dispatchTimes, simulate, simulationHead, startThreads, threadEngines } from './threads.ts'

/** Has the right numbers; its speed matters to nobody. */
const REFERENCE = 'cpu'

const EFFORT: Effort = { rounds: 9, warmUpMs: 400, roundMs: 60, limitMs: 4000 }

const command = new Command('npm run bench --')
  .description(
    'Time workloads on one core, interleaved, on lanewise (in 128-bit operations, and in 256-bit ones where the engine ' +
      'can), stock tfjs-backend-wasm and stock tfjs-backend-cpu, beside the most multiply-adds that the core does, ' +
      "and kernels on each wasm build. Writes .bench/<time>.json. 'npm run bench' alone times all but the kernels. " +
      "'npm run bench -- threads [names...]' compares several threads of lanewise with one.",
  )
  .argument('[names...]', "parts of names, as in 'matmul', 'CNN train', 'kernels/gemm' or 'kernels'")
  .option('--list', 'print the names', false)
  .parse()

interface Result extends Named {
  measured: Measured[]
}

const terminal = createTerminal()
const byThreads = command.args[0] === 'threads'
const wanted = command.args.slice(byThreads ? 1 : 0)
const ops = benchedOps.filter((op) => wanted.some((part) => `kernels/${op}` === part || part === 'kernels'))
const workloads = [...tensorWorkloads, ...(await Promise.all(examples.map(modelWorkloads))).flat()].filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part.toLowerCase())),
)

if (command.opts<{ list: boolean }>().list) {
  for (const name of [...workloads.map(({ name }) => name), ...benchedOps.map((op) => `kernels/${op}`)])
    terminal.print(name)
} else if (workloads.length + ops.length === 0) {
  command.error(`names: nothing matches ${wanted.join(', ')}; --list prints all names`)
} else if (byThreads) {
  const threads = await startThreads()
  const columns = threadEngines(threads)
  const results = await table<Workload>('Threads', workloads, columns, '1 thread', '1 thread')
  await columns[0].start()
  const dispatch = dispatchTimes()
  terminal.print(
    `A command that does nothing, on ${threads} threads that look for work: ${significant(dispatch.empty)} us; ` +
      `one of ${significant(dispatch.alone)} us: ${significant(dispatch.shared)} us`,
  )
  terminal.heading('Simulated, from the times of chunks on one core: times as fast as one core')
  const simulated: [string, number[]][] = []
  for (const workload of workloads) simulated.push([workload.name, await simulate(workload)])
  terminal.table(
    simulationHead,
    simulated.map(([name, ratios]) => [name, ...ratios.map(times)]),
  )
  terminal.print(`\nWritten to ${save({ threads, dispatch, simulated, results })}`)
} else {
  const results: Result[] = []
  const [first, ...peers] = engines
  const columns = whyNotWide() === undefined ? [first, wideEngine, ...peers] : engines
  if (workloads.length > 0) results.push(...(await table<Workload>('Workloads', workloads, columns, 'wasm')))
  for (const op of ops)
    results.push(...(await table<KernelWorkload>(`kernels/${op}`, await kernelWorkloads(op), variants)))
  terminal.print(`\nWritten to ${save(results)}`)
}

/** Measures and prints one table; `peer` names the engine that the others are compared with. */
async function table<W extends Named>(
  title: string,
  rows: readonly W[],
  columns: readonly Engine<W>[],
  peer?: string,
  reference = REFERENCE,
): Promise<Result[]> {
  terminal.heading(
    `${title}: time of one run; GFLOP/s, or GB/s where marked, beside it (medians of ${EFFORT.rounds} interleaved rounds)`,
  )
  const results: Result[] = []
  const progress = terminal.progress('bench', rows.length)
  for (const row of rows) {
    progress.update(results.length, { timing: row.name })
    const { name, flops, bytes } = row
    results.push({ name, flops, bytes, measured: await measure(row, [...columns, ...peaks], EFFORT, reference) })
  }
  progress.update(rows.length, {})
  progress.stop()
  const compared = peer === undefined ? [] : columns.filter(({ name }) => name !== peer && name !== reference)
  const head = [
    '',
    ...columns.flatMap(({ name }) => [name, 'G/s']),
    ...compared.map(({ name }) => `${name} vs ${peer}`),
    ...(peer === undefined ? [] : ['max diff']),
    ...peaks.map(({ name }) => `of ${name}`),
  ]
  terminal.table(
    head,
    results.map(({ name, flops, bytes, measured }) => {
      const of = new Map(measured.map((one) => [one.engine, one]))
      return [
        name,
        ...columns.flatMap((column) => {
          const { ms, error } = of.get(column.name)!
          return [error === undefined ? duration(ms) : 'fails', speed(ms, flops, bytes)]
        }),
        ...compared.map((column) => ratio(of.get(peer!)?.ms, of.get(column.name)?.ms)),
        ...(peer === undefined ? [] : [of.get(columns[0].name)?.difference?.toExponential(1) ?? '-']),
        ...peaks.map((limit) => {
          const best = limit.name === 'peak 256' ? of.get('wide') : measured[0]
          return flops === undefined ? '' : percent(of.get(limit.name)?.ms, best?.ms, flops)
        }),
      ]
    }),
    results.flatMap(({ name, measured }) =>
      measured.flatMap(({ engine, error }) => (error === undefined ? [] : [`${name} on ${engine}: ${error}`])),
    ),
  )
  return results
}

function speed(ms: number | undefined, flops: number | undefined, bytes: number | undefined): string {
  if (ms === undefined) return ''
  if (flops !== undefined) return significant(flops / ms / 1e6)
  return bytes === undefined ? '' : `${significant(bytes / ms / 1e6)} B`
}

function ratio(theirs: number | undefined, ours: number | undefined): string {
  return ours !== undefined && theirs !== undefined ? times(theirs / ours) : '-'
}

/** The speed of so many operations in `ms`, of that of a peak. */
function percent(peakMs: number | undefined, ms: number | undefined, flops: number): string {
  if (peakMs === undefined || ms === undefined) return '-'
  return `${Math.round((100 * flops * peakMs) / (PEAK_FLOPS * ms))} %`
}

function save(results: unknown): string {
  const time = new Date().toISOString().replaceAll(':', '-').slice(0, 19)
  const file = `.bench/${time}.json`
  const machine = { cpu: cpus()[0]?.model, node: process.versions.node, v8: process.versions.v8, arch: process.arch }
  mkdirSync('.bench', { recursive: true })
  writeFileSync(file, `${JSON.stringify({ machine, effort: EFFORT, results }, null, 2)}\n`)
  return file
}
