// `npm run bench -- [names...]`: workloads on lanewise and the stock backends, and micro-benchmarks of the kernels.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { Command } from 'commander'
import { type Engine, engines } from '../measure/engines.ts'
import { type Effort, type Measured, measure } from '../measure/measure.ts'
import { modelWorkloads } from '../measure/models.ts'
import { duration, significant, times } from '../measure/show.ts'
import type { Named, Workload } from '../measure/workload.ts'
import { examples } from '../start/examples.ts'
import { createTerminal } from '../terminal/index.ts'
import { benchedOps, type KernelWorkload, kernelWorkloads, variants } from './kernels.ts'
import { tensorWorkloads } from './tensors.ts'

const EFFORT: Effort = { rounds: 9, warmUpMs: 400, roundMs: 60, limitMs: 4000 }

const command = new Command('npm run bench --')
  .description(
    'Time workloads on one core, interleaved, on lanewise, stock tfjs-backend-wasm and stock tfjs-backend-cpu, ' +
      "and kernels on each wasm build. Writes .bench/<time>.json. 'npm run bench' alone times all but the kernels.",
  )
  .argument('[names...]', "parts of names, as in 'matmul', 'CNN train', 'kernels/gemm' or 'kernels'")
  .option('--list', 'print the names', false)
  .parse()

interface Result extends Named {
  measured: Measured[]
}

const terminal = createTerminal()
const wanted = command.args
const ops = benchedOps.filter((op) => wanted.some((part) => `kernels/${op}` === part || part === 'kernels'))
const workloads = [...tensorWorkloads, ...(await Promise.all(examples.map(modelWorkloads))).flat()].filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part.toLowerCase())),
)

if (command.opts<{ list: boolean }>().list) {
  for (const name of [...workloads.map(({ name }) => name), ...benchedOps.map((op) => `kernels/${op}`)])
    terminal.print(name)
} else if (workloads.length + ops.length === 0) {
  command.error(`names: nothing matches ${wanted.join(', ')}; --list prints all names`)
} else {
  const results: Result[] = []
  if (workloads.length > 0) results.push(...(await table<Workload>('Workloads', workloads, engines, 'wasm')))
  for (const op of ops)
    results.push(...(await table<KernelWorkload>(`kernels/${op}`, await kernelWorkloads(op), variants)))
  terminal.print(`\nWritten to ${save(results)}`)
}

/** Measures and prints one table; `peer` names the engine that the first one is compared with. */
async function table<W extends Named>(
  title: string,
  rows: readonly W[],
  columns: readonly Engine<W>[],
  peer?: string,
): Promise<Result[]> {
  terminal.heading(
    `${title}: time of one run; GFLOP/s, or GB/s where marked, beside it (medians of ${EFFORT.rounds} interleaved rounds)`,
  )
  const results: Result[] = []
  const progress = terminal.progress('bench', rows.length)
  for (const row of rows) {
    progress.update(results.length, { timing: row.name })
    const { name, flops, bytes } = row
    results.push({ name, flops, bytes, measured: await measure(row, columns, EFFORT) })
  }
  progress.update(rows.length, {})
  progress.stop()
  const head = [
    '',
    ...columns.flatMap(({ name }) => [name, 'G/s']),
    ...(peer === undefined ? [] : [`vs ${peer}`, 'max diff']),
  ]
  terminal.table(
    head,
    results.map(({ name, flops, bytes, measured }) => [
      name,
      ...measured.flatMap(({ ms, error }) => [error === undefined ? duration(ms) : 'fails', speed(ms, flops, bytes)]),
      ...(peer === undefined ? [] : compared(measured, peer)),
    ]),
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

function compared(measured: Measured[], peer: string): string[] {
  const [ours] = measured
  const theirs = measured.find(({ engine }) => engine === peer)
  const ratio = ours.ms !== undefined && theirs?.ms !== undefined ? times(theirs.ms / ours.ms) : '-'
  return [ratio, ours.difference === undefined ? '-' : ours.difference.toExponential(1)]
}

function save(results: unknown): string {
  const time = new Date().toISOString().replaceAll(':', '-').slice(0, 19)
  const file = `.bench/${time}.json`
  const machine = { cpu: cpus()[0]?.model, node: process.versions.node, v8: process.versions.v8, arch: process.arch }
  mkdirSync('.bench', { recursive: true })
  writeFileSync(file, `${JSON.stringify({ machine, effort: EFFORT, results }, null, 2)}\n`)
  return file
}
