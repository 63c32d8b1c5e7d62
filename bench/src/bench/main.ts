// `npm run bench -- [names...]`: workloads on lanewise and its peers, micro-benchmarks of the kernels, what threads and captured steps are worth.
import { Command, InvalidArgumentError } from 'commander'
import type { Workload } from '../measure/workload.ts'
import { createTerminal } from '../terminal/index.ts'
import { allWorkloads, workloads } from '../workloads/index.ts'
import { benchCapture, capturedByDefault } from './capture.ts'
import { compare } from './compare.ts'
import { docsData, recorded, recorder, writePage } from './docs.ts'
import { fingerprint } from './fingerprint.ts'
import { benchedOps, type KernelWorkload, kernelWorkloads, variants } from './kernels.ts'
import { printResults } from './report.ts'
import { due, type Hear, type Part, type Row } from './results.ts'
import { journal } from './store.ts'
import { fits, type Result, table, tellLeftOut } from './table.ts'
import { benchThreads, threadedByDefault } from './threads.ts'

interface Share {
  index: number
  of: number
}

interface Options {
  list: boolean
  docs: boolean
  page: boolean
  missing: boolean
  budget?: number
  part?: Share
}

const command = new Command('npm run bench --')
  .description(
    'Time workloads on one core: on lanewise in 128-bit operations and in 256-bit ones (wide), on the stock backends ' +
      'of TensorFlow.js and on ONNX Runtime where they are installed, beside the most multiply-adds that the core does. ' +
      'Each engine has a process of its own; they run in turn, after their outputs were compared. Writes .bench/<time>.json, row by row.\n\n' +
      "'npm run bench' alone times all but the kernels. 'npm run bench -- kernels/gemm' times the micro-benchmarks of an op " +
      "on each wasm build, 'npm run bench -- threads [names...]' compares several threads of lanewise with one, and '-- capture [names...]' captured steps with eager calls and peers.",
  )
  .argument('[names...]', "parts of names, as in 'matmul', 'CNN train', 'kernels/gemm' or 'kernels'")
  .option('--list', 'print the names', false)
  .option(
    '--docs',
    'write each result into docs/benchmarks.json as soon as it is there, and docs/benchmarks.md from that',
    false,
  )
  .option('--missing', 'with --docs: only what was not measured, or on other kernels, or disturbed', false)
  .option(
    '--budget <seconds>',
    'begin no row, and none again, for which no time is left; one is measured in any case',
    readSeconds,
  )
  .option('--page', 'write docs/benchmarks.md from docs/benchmarks.json, measuring nothing', false)
  .option('--part <i/n>', 'only the i-th of n parts of the workloads, as in 2/4', readShare)
  .showHelpAfterError('(--help says what can be given)')
  .parse()

const options = command.opts<Options>()
const terminal = createTerminal()
const part: Part = command.args[0] === 'threads' ? 'threads' : command.args[0] === 'capture' ? 'captured' : 'compared'
const given = command.args.slice(part === 'compared' ? 0 : 1)
const byDefault: Record<Part, readonly string[]> = {
  compared: [],
  captured: capturedByDefault,
  threads: threadedByDefault,
}
const wanted = given.length === 0 ? byDefault[part] : given
const ops = part === 'compared' ? benchedOps.filter(isWanted) : []
const all = part === 'captured' ? allWorkloads.filter(({ captured }) => captured !== undefined) : workloads
const chosen = pending(
  shareOf(
    all.filter(({ name }) => wanted.length === 0 || wanted.some((part) => includes(name, part))),
    options.part,
  ),
)
await run()

function run(): void | Promise<void> {
  check()
  if (options.list) {
    const listed = wanted.length === 0 ? benchedOps : ops
    for (const name of [...chosen.map(({ name }) => name), ...listed.map((op) => `kernels/${op}`)]) terminal.print(name)
    return
  }
  if (options.page) return terminal.print(`Written: ${writePage()}`)
  if (chosen.length + ops.length === 0) return terminal.print('Nothing is missing')
  return measureAll()
}

async function measureAll(): Promise<void> {
  const hear = options.docs ? recorder(part) : undefined
  const budget = options.budget === undefined ? undefined : 1000 * options.budget
  if (part === 'threads') await benchThreads(chosen, terminal, { budget, hear })
  else if (part === 'captured') await benchCapture(chosen, terminal, { budget, known: known(), hear })
  else {
    if (chosen.length > 0) await benchWorkloads(budget, hear)
    if (ops.length > 0) await benchKernels(budget)
  }
  if (options.docs) terminal.print(`Written: ${recorded}`)
}

async function benchWorkloads(budget?: number, hear?: Hear): Promise<void> {
  const save = journal()
  const rows: Row[] = []
  const results = await compare(chosen, terminal, {
    budget,
    known: known(),
    hear(run, change) {
      if (change.row !== undefined) rows.push(change.row)
      save({ ...run, rows })
      hear?.(run, change)
    },
  })
  printResults(terminal, results, (name) => workloads.find((workload) => workload.name === name)?.targets)
  terminal.print(`\nWritten: ${save(results)}`)
}

async function benchKernels(budget = Number.POSITIVE_INFINITY): Promise<void> {
  const started = performance.now()
  const results: Result[] = []
  for (const op of ops) {
    const took = performance.now() - started
    if (!fits(took, results.length, budget)) {
      tellLeftOut(
        terminal,
        ops.slice(ops.indexOf(op)).map((name) => ({ name: `kernels/${name}` })),
      )
      break
    }
    const rows = await kernelWorkloads(op)
    results.push(...(await table<KernelWorkload>(terminal, `kernels/${op}`, rows, variants, { budget: budget - took })))
  }
  terminal.print(`\nWritten: ${journal()(results)}`)
}

/** What docs/benchmarks.json has of this part. */
function known(): readonly Row[] {
  return (options.docs && docsData()?.[part]?.rows) || []
}

/** Ends the process with an error where nothing, or not what was meant, would run. */
function check(): void {
  const unknown = wanted.filter(
    (name) =>
      name.trim() === '' ||
      (!(part === 'compared' && (name === 'kernels' || benchedOps.some((op) => `kernels/${op}` === name))) &&
        !all.some((workload) => includes(workload.name, name))),
  )
  if (unknown.length > 0)
    command.error(
      `error: names: nothing matches ${unknown.map((name) => name || "''").join(', ')}; --list prints all names`,
    )
  if (options.missing && !options.docs) command.error('error: --missing: goes with --docs')
  if (options.docs && ops.length > 0)
    command.error('error: --docs: micro-benchmarks are not part of docs/benchmarks.md')
  if (options.page && (options.docs || command.args.length > 0))
    command.error('error: --page: stands alone; it measures nothing')
  if (options.page && docsData() === undefined) command.error('error: --page: there is nothing to write it from')
  if (!options.missing && chosen.length + ops.length === 0)
    command.error(`error: --part: there is nothing in this part of ${wanted.join(', ')}`)
}

function isWanted(op: string): boolean {
  return wanted.some((name) => `kernels/${op}` === name || name === 'kernels')
}

/** A whole name means that one only. */
function includes(name: string, part: string): boolean {
  return all.some((workload) => workload.name === part)
    ? name === part
    : name.toLowerCase().includes(part.toLowerCase())
}

function pending(workloads: readonly Workload[]): readonly Workload[] {
  return options.missing ? due(workloads, known(), fingerprint()) : workloads
}

function readSeconds(given: string): number {
  if (!(Number(given) > 0)) throw new InvalidArgumentError('A budget is a number of seconds.')
  return Number(given)
}

function readShare(given: string): Share {
  const [, index, of] = (/^(\d+)\/(\d+)$/.exec(given) ?? []).map(Number)
  if (!(index >= 1 && index <= of)) throw new InvalidArgumentError('A part is, say, 2/4: the second of four.')
  return { index, of }
}

/** Each n-th, so that all parts take about as long. */
function shareOf(workloads: readonly Workload[], share: Share | undefined): readonly Workload[] {
  return share === undefined ? workloads : workloads.filter((_, i) => i % share.of === share.index - 1)
}
