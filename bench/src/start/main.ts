// The main job: `npm start [-- --quick]` trains the three models on `lanewise`, then measures them against the stock backends.
import { availableParallelism, cpus } from 'node:os'
import { info } from '@lanewise/backend'
import { Command } from 'commander'
import { createTerminal, type Example, type Outcome, type Terminal, useBackend } from '../terminal/index.ts'
import { examples } from './examples.ts'
import { comparedWith, measureLatencies, printLatencies } from './latency.ts'

type Verdict = { name: string } & (Outcome | { error: string })

const names = examples.map(({ name }) => name)
const command = new Command('npm start --')
  .description(
    'Train a CNN, an LSTM and an attention model on the backend `lanewise` and compare it with the stock backends',
  )
  .option('--quick', 'train shortly on part of the data; results are not judged', false)
  .argument('[models...]', `only these of ${names.join(', ')}`)
  .parse()
const { quick } = command.opts<{ quick: boolean }>()
const unknown = command.args.filter((name) => !names.includes(name))
if (unknown.length > 0) command.error(`models: there is no ${unknown.join(', ')}; allowed are ${names.join(', ')}`)
const chosen = examples.filter(({ name }) => command.args.length === 0 || command.args.includes(name))

const started = performance.now()
const terminal = createTerminal()
await useBackend('lanewise')
printMachine(terminal)

const verdicts: Verdict[] = []
for (const example of chosen) verdicts.push(await train(example))

terminal.heading('Latency of one run, the batch size beside its name; measured in turn, medians of the rounds')
const latencies = await measureLatencies(chosen, quick, terminal)
printLatencies(terminal, latencies)

terminal.heading(quick ? 'Quick run: trained too shortly to be judged' : 'Verdict')
for (const verdict of verdicts) printVerdict(verdict)
terminal.print()
terminal.paragraph(comparedWith('wasm', latencies), '  ')
terminal.paragraph(comparedWith('cpu', latencies), '  ')
terminal.print(`\n${Math.round((performance.now() - started) / 1000)} s in all`)
if (verdicts.some((verdict) => 'error' in verdict || (!quick && !verdict.reached))) process.exitCode = 1

async function train(example: Example): Promise<Verdict> {
  const { name, about } = example
  terminal.heading(`${name}: ${about}`)
  try {
    await useBackend('lanewise')
    const outcome = await example.run({ quick, terminal })
    terminal.print(`\n${terminal.paint.bold(outcome.result)}`)
    return { name, ...outcome }
  } catch (error) {
    terminal.print(terminal.paint.red(error instanceof Error ? (error.stack ?? error.message) : String(error)))
    return { name, error: error instanceof Error ? error.message : String(error) }
  }
}

function printVerdict(verdict: Verdict): void {
  const { paint } = terminal
  if ('error' in verdict)
    terminal.print(`  ${paint.bold(verdict.name.padEnd(10))} ${paint.red('failed')}: ${verdict.error}`)
  else {
    const { name, result, requirement, reached } = verdict
    const mark = quick ? '' : reached ? `  ${paint.green('reached')}` : `  ${paint.red('missed')}`
    terminal.print(`  ${paint.bold(name.padEnd(10))} ${requirement}${mark}`)
    terminal.paragraph(result, ' '.repeat(13))
  }
}

function printMachine({ print, paint }: Terminal): void {
  const { variant, wide, kernels } = info()
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.versions.node}`
  print(
    `${paint.bold('Lanewise')}: TensorFlow.js on WebAssembly SIMD kernels (build '${variant}'${wide ? ' in 256-bit operations' : ''}, 1 thread)`,
  )
  print(paint.dim(`${machine}; ${kernels.native.length} kernels on SIMD`))
}
