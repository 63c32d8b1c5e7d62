// tfjs-core's own test suite, which ships in its npm package, against the backend `lanewise`.
//   node conformance/conformance.ts [--variant=simd] [--memory=ordinary] [--data=resident] [--threads=2] [--wide] [--only='part of a name']
import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { rolldown } from 'rolldown'

export interface Setting {
  /** The wasm build. */
  variant: string
  /** `ordinary`: as on a page that is not cross-origin isolated. */
  memory: 'shared' | 'ordinary'
  /** `lazy`: as the backend does it. `resident`: every tensor goes to wasm memory when it is made. */
  data: 'lazy' | 'resident'
  threads: number
  /** In 256-bit operations, where the engine can. */
  wide?: boolean
}

export interface Summary {
  variant: string | undefined
  shared: boolean
  threads: number
  wide: boolean
  passed: number
  /** Specs that tfjs-core itself has switched off. */
  pending: number
  /** Name of the spec and its first failure. */
  failed: string[]
  seconds: number
}

const here = dirname(fileURLToPath(import.meta.url))
const checked = process.env.LANEWISE_CHECKED !== undefined
const bundleFile = join(here, `../.conformance/${checked ? 'checked' : 'main'}.mjs`)

/** Bundles tests, tfjs-core and the backend into one file: the tests are ES modules that only a bundler can import. */
export async function bundle(): Promise<void> {
  const build = await rolldown({
    input: join(here, 'main.ts'),
    platform: 'node',
    treeshake: false,
    external: [/^jasmine-core/],
    logLevel: 'silent',
    resolve: { mainFields: ['module', 'main'], conditionNames: ['@lanewise/source', 'import', 'node', 'default'] },
  })
  mkdirSync(dirname(bundleFile), { recursive: true })
  await build.write({ file: bundleFile, format: 'esm', codeSplitting: false })
}

/** Runs the bundle in a process of its own. `only` selects the specs whose name contains it. */
export async function run({ variant, memory, data, threads, wide = false }: Setting, only = ''): Promise<Summary> {
  const { stdout } = await promisify(execFile)(process.execPath, [bundleFile, only], {
    env: {
      ...process.env,
      LANEWISE_VARIANT: variant,
      LANEWISE_THREADS: String(threads),
      LANEWISE_WIDE: wide ? '1' : '0',
      CONFORMANCE_MEMORY: memory,
      CONFORMANCE_DATA: data,
    },
    maxBuffer: 1 << 28,
  })
  return JSON.parse(stdout.trim().split('\n').pop() as string)
}

export function line(
  { variant, memory, data, threads }: Setting,
  { wide, passed, failed, pending, seconds }: Summary,
): string {
  const counts = `${passed} passed, ${failed.length} failed, ${pending} switched off by tfjs-core`
  return `tfjs-core's tests on lanewise (${variant}${wide ? ', wide' : ''}, ${memory} memory, ${data} data, ${threads} threads): ${counts}, ${seconds.toFixed(1)} s`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      variant: { type: 'string', default: 'relaxed' },
      memory: { type: 'string', default: 'shared' },
      data: { type: 'string', default: 'lazy' },
      threads: { type: 'string', default: '1' },
      wide: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  })
  await bundle()
  const setting = { ...values, threads: Number(values.threads) } as unknown as Setting
  const summary = await run(setting, values.only)
  for (const failure of summary.failed) console.log(failure)
  console.log(line(setting, summary))
  process.exitCode = summary.failed.length > 0 ? 1 : 0
}
