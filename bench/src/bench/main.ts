// `npm run bench -- [names...]`: workloads on lanewise and its peers, micro-benchmarks of the kernels, and what threads are worth.
import { Command, InvalidArgumentError } from 'commander'
import { significant, times } from '../measure/show.ts'
import type { Workload } from '../measure/workload.ts'
import { createTerminal } from '../terminal/index.ts'
import { allWorkloads, workloads } from '../workloads/index.ts'
import { benchCapture, capturedByDefault } from './capture.ts'
import { compare } from './compare.ts'
import { benchedOps, type KernelWorkload, kernelWorkloads, variants } from './kernels.ts'
import { readData, writePage } from './page.ts'
import { printResults } from './report.ts'
import { save } from './results.ts'
import { table } from './table.ts'
import { dispatchTimes, simulate, simulationHead, startThreads, threadEngines } from './threads.ts'

interface Part {
  index: number
  of: number
}

interface Options {
  list: boolean
  docs: boolean
  page: boolean
  part?: Part
}

const command = new Command('npm run bench --')
  .description(
    'Time workloads on one core: on lanewise in 128-bit operations and in 256-bit ones (wide), on the stock backends ' +
      'of TensorFlow.js and on ONNX Runtime where they are installed, beside the most multiply-adds that the core does. ' +
      'Each engine has a process of its own; they run in turn, after their outputs were compared. Writes .bench/<time>.json.\n\n' +
      "'npm run bench' alone times all but the kernels. 'npm run bench -- kernels/gemm' times the micro-benchmarks of an op " +
      "on each wasm build, 'npm run bench -- threads [names...]' compares several threads of lanewise with one, and '-- capture [names...]' captured steps with eager calls and peers.",
  )
  .argument('[names...]', "parts of names, as in 'matmul', 'CNN train', 'kernels/gemm' or 'kernels'")
  .option('--list', 'print the names', false)
  .option('--docs', 'write the results into docs/benchmarks.json, and docs/benchmarks.md from that', false)
  .option('--page', 'write docs/benchmarks.md from docs/benchmarks.json, measuring nothing', false)
  .option('--part <i/n>', 'only the i-th of n parts of the workloads, as in 2/4', readPart)
  .showHelpAfterError('(--help says what can be given)')
  .parse()

const options = command.opts<Options>()
const terminal = createTerminal()
const byThreads = command.args[0] === 'threads'
const byCapture = command.args[0] === 'capture'
const given = command.args.slice(byThreads || byCapture ? 1 : 0)
const wanted = byCapture && given.length === 0 ? capturedByDefault : given
const ops = benchedOps.filter((op) => wanted.some((name) => `kernels/${op}` === name || name === 'kernels'))
const chosen = inPart(
  (byCapture ? allWorkloads : workloads).filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => includes(name, part)),
  ),
  options.part,
)
check()

if (options.list) {
  for (const name of [...chosen.map(({ name }) => name), ...benchedOps.map((op) => `kernels/${op}`)])
    terminal.print(name)
} else if (options.page) {
  try {
    terminal.print(`Written: ${writePage(readData())}`)
  } catch (error) {
    command.error(`error: --page: ${(error as Error).message}`)
  }
} else if (byCapture) {
  await benchCapture(
    chosen.filter(({ captured }) => captured !== undefined),
    terminal,
  )
} else if (byThreads) {
  await benchThreads(chosen)
} else {
  if (chosen.length > 0) {
    const results = await compare(chosen, terminal)
    printResults(terminal, results, (name) => workloads.find((workload) => workload.name === name)?.targets)
    terminal.print(`\nWritten: ${save(results)}${options.docs ? `, ${writePage(results)}` : ''}`)
  }
  if (ops.length > 0) {
    const results = []
    for (const op of ops)
      results.push(...(await table<KernelWorkload>(terminal, `kernels/${op}`, await kernelWorkloads(op), variants)))
    terminal.print(`\nWritten: ${save(results)}`)
  }
}

/** Ends the process with an error where nothing, or not what was meant, would run. */
function check(): void {
  const unknown = wanted.filter(
    (part) =>
      part !== 'kernels' &&
      !benchedOps.some((op) => `kernels/${op}` === part) &&
      !(byCapture ? allWorkloads : workloads).some(({ name }) => includes(name, part)),
  )
  if (unknown.length > 0) command.error(`error: names: nothing matches ${unknown.join(', ')}; --list prints all names`)
  if (byThreads && (options.docs || options.page || options.part))
    command.error('error: threads: takes names, no options')
  if (options.docs && chosen.length === 0)
    command.error('error: --docs: micro-benchmarks are not part of docs/benchmarks.md')
  if (options.page && (options.docs || command.args.length > 0))
    command.error('error: --page: stands alone; it measures nothing')
  if (chosen.length + ops.length === 0)
    command.error(`error: --part: there is nothing in this part of ${wanted.join(', ')}`)
}

function includes(name: string, part: string): boolean {
  return name.toLowerCase().includes(part.toLowerCase())
}

function readPart(given: string): Part {
  const [, index, of] = (/^(\d+)\/(\d+)$/.exec(given) ?? []).map(Number)
  if (!(index >= 1 && index <= of)) throw new InvalidArgumentError('A part is, say, 2/4: the second of four.')
  return { index, of }
}

/** Each n-th, so that all parts take about as long. */
function inPart(all: readonly Workload[], part: Part | undefined): readonly Workload[] {
  return part === undefined ? all : all.filter((_, i) => i % part.of === part.index - 1)
}

async function benchThreads(workloads: readonly Workload[]): Promise<void> {
  const threads = await startThreads()
  const columns = threadEngines(threads)
  const results = await table<Workload>(terminal, 'Threads', workloads, columns, '1 thread')
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
  terminal.print(`\nWritten: ${save({ threads, dispatch, simulated, results })}`)
}
