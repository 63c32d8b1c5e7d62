// `npm run calibrate`: times GEMM's register tiles on every engine, for the rule that chooses one (`tileRows`), and the ways to
// convolve on this one, for `winogradSize`.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { tileRows } from '../../../kernels/src/gemm/gemm.ts'
import { engines } from '../engines/engines.ts'
import { root } from '../engines/packed.ts'
import { createTerminal } from '../terminal/index.ts'
import type { Measured, Rates } from './measure.ts'
import { measureWinograd } from './winograd.ts'

/** A line of kernels/src/gemm/tile.calibration.json, which tile.test.ts holds the rule against. */
export interface Calibration extends Rates {
  engine: string
  /** As engines give it; a browser gives none. */
  v8?: string
  bun?: string
}

new Command('npm run calibrate --')
  .description(
    "Time GEMM's register tiles on Node 20 to 26, Bun and Deno, and the ways to convolve on this Node. Writes the calibrations " +
      'that tests hold the rules against.',
  )
  .parse()

const FILE = join(root, 'kernels/src/gemm/tile.calibration.json')
const WINOGRAD_FILE = join(root, 'kernels/src/winograd/choice.calibration.json')
const terminal = createTerminal()
const project = await mkdtemp(join(tmpdir(), 'lanewise-tiles-'))
const found: Calibration[] = []
try {
  await mkdir(project, { recursive: true })
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }))
  const script = stripTypeScriptTypes(await readFile(new URL('measure.ts', import.meta.url), 'utf8'))
  const dist = pathToFileURL(join(root, 'kernels/dist/')).href
  await writeFile(
    join(project, 'smoke.js'),
    script.replaceAll(/'(?:\.\.\/)+kernels\/src\/([\w/]+)\.ts'/g, (_, path: string) => `'${dist}${path}.js'`),
  )
  for (const { name, open } of engines.filter(({ name }) => /^(Node|Bun|Deno)/.test(name) && !/emulated/.test(name))) {
    const { version, smoke } = await open()
    const { rates, ...versions }: Measured = JSON.parse(await smoke(project))
    for (const row of rates)
      found.push({ engine: name.replace(/\d+$|$/, (major) => (major ? version : ` ${version}`)), ...versions, ...row })
    terminal.print(`${name}: measured`)
  }
} finally {
  await rm(project, { recursive: true })
}
await writeFile(FILE, lines(found))
terminal.table(
  ['', 'V8', 'build', 'rule', 'GFLOP/s by tile', 'of the best'],
  found.map(({ engine, v8, bun, variant, wide, gflops }) => {
    const chosen = tileRows(variant, wide, { v8, bun })
    const rates = Object.entries(gflops).map(([rows, rate]) => `${Number(rows) % 16}: ${rate}`)
    const share = gflops[chosen] / Math.max(...Object.values(gflops))
    return [
      engine,
      bun ? '-' : (v8 ?? '-'),
      `${variant}${wide ? ', wide' : ''}`,
      `${chosen % 16} rows`,
      rates.join('  '),
      share.toFixed(2),
    ]
  }),
)

const ways = await measureWinograd()
await writeFile(WINOGRAD_FILE, lines(ways))
terminal.table(
  ['', 'direct, us', 'F(2x2)', 'F(3x3)', 'F(4x4)', 'F(5x5)'],
  ways.map(({ batch, size, inChannels, outChannels, filter, stride, us }) => [
    `${batch}x${size}x${size}x${inChannels} to ${outChannels}, ${filter}x${filter} / ${stride}`,
    ...([0, 2, 3, 4, 5] as const).map((tiles) => String(us[tiles] ?? '')),
  ]),
)
terminal.print(`\nWritten to ${FILE} and ${WINOGRAD_FILE}`)

function lines(rows: readonly object[]): string {
  return `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`
}
