// `npm run engines -- [names...]`: the packed packages on every engine, against a reference from stock layers.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { createTerminal } from '../terminal/index.ts'
import { type Choice, type Engine, engines, type Opened } from './engines.ts'
import { makeProject, packAll, writeScripts } from './packed.ts'
import { largestDifference, readReference, TOLERANCE, writeReference } from './reference.ts'
import type { Row } from './report.ts'
import { cells, HEAD, writePage } from './report.ts'
import type { Report } from './smoke.ts'

const command = new Command('npm run engines --')
  .description(
    'Install the packed packages into an empty project and run three models there on Node, Bun, Deno and Chromium. ' +
      'Engines are installed from npm into .bench/engines; Chromium and QEMU are used where the machine has them. ' +
      'Without names it runs all and writes docs/engines.md.',
  )
  .argument(
    '[names...]',
    `parts of names, as in 'node' or 'isolated'; there are ${engines.map((e) => e.name).join('; ')}`,
  )
  .option('--reference', 'write the reference anew, from stock layers on backend-cpu, and run nothing', false)
  .parse()

const terminal = createTerminal()
if (command.opts<{ reference: boolean }>().reference) {
  const { observeStock } = await import('./stock.ts')
  await writeReference(await observeStock())
  terminal.print('Written to bench/src/engines/reference.json')
} else await runMatrix(command.args)

async function runMatrix(names: string[]): Promise<void> {
  const chosen = engines.filter(({ name }) => names.length === 0 || names.some((part) => matches(name, part)))
  if (chosen.length === 0) command.error(`names: nothing matches ${names.join(', ')}`)
  const work = await mkdtemp(join(tmpdir(), 'lanewise-engines-'))
  try {
    const tarballs = await packAll(work)
    const project = join(work, 'project')
    await makeProject(
      project,
      tarballs.map(({ path }) => path),
    )
    await writeScripts(project, ['procedure', 'smoke'])
    const rows: Row[] = []
    for (const engine of chosen)
      for await (const row of rowsOf(engine, project)) {
        rows.push(row)
        terminal.print(cells(row).filter(Boolean).join('  '))
        const why = row.failure ?? row.missing
        if (why !== undefined) terminal.print(terminal.paint.red(why))
      }
    terminal.heading('The packed packages on each engine')
    terminal.table(HEAD, rows.map(cells))
    if (names.length === 0) terminal.print(`\nWritten to ${await writePage(rows, tarballs)}`)
    if (rows.some(({ failure }) => failure !== undefined)) process.exitCode = 1
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** An engine's row, and one for each choice that differs from what it does by itself. */
async function* rowsOf(engine: Engine, project: string): AsyncGenerator<Row> {
  let opened: Opened
  try {
    opened = await engine.open()
  } catch (error) {
    yield { name: engine.name, missing: reason(error) }
    return
  }
  const row = await smoke(engine.name, opened, project)
  yield row
  for (const choice of engine.choices)
    if (choice.variant === undefined || choice.variant !== row.variant)
      yield smoke(`${engine.name}, ${choice.variable}=${choice.value}`, opened, project, choice)
}

async function smoke(name: string, { version, smoke }: Opened, project: string, choice?: Choice): Promise<Row> {
  const row: Row = { name, version }
  try {
    const report: Report = JSON.parse(await smoke(project, choice && { [choice.variable]: choice.value }))
    if ('error' in report) return { ...row, failure: report.error }
    const { value, at } = largestDifference(report.observed, await readReference())
    Object.assign(row, { ...report.info, seconds: report.seconds, difference: value })
    const variant = choice?.variant ?? row.variant
    if (variant !== row.variant) row.failure = `it runs the build ${row.variant}`
    if (!(value <= TOLERANCE)) row.failure = `${at} differs by ${value}`
  } catch (error) {
    row.failure = reason(error)
  }
  return row
}

function matches(name: string, part: string): boolean {
  return name.toLowerCase().includes(part.toLowerCase())
}

function reason(error: unknown): string {
  const { message, stderr } = error as { message: string; stderr?: string }
  const said = stderr
    ?.split('\n')
    .filter((line) => line !== '' && !/^npm (warn|error A complete log)/.test(line))
    .join('\n')
  return said || message
}
