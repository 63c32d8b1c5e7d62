// The packages as npm publishes them, and projects that install them.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const run = promisify(execFile)
export const root = fileURLToPath(new URL('../../../', import.meta.url))
const folders = ['kernels', 'packages/backend', 'packages/cnn', 'packages/rnn', 'packages/attention']

export interface Tarball {
  /** As in `@lanewise/cnn`. */
  name: string
  /** The tarball's path. */
  path: string
  /** Bytes of the tarball, and of what is in it. */
  size: number
  unpackedSize: number
  /** What is in it, by path. */
  files: string[]
}

interface Packed extends Omit<Tarball, 'path' | 'files'> {
  filename: string
  files: { path: string }[]
}

/** Packs all that is published into a folder. Throws where a package is not built. */
export async function packAll(into: string): Promise<Tarball[]> {
  for (const folder of folders)
    if (!existsSync(join(root, folder, 'dist/index.js'))) throw new Error(`${folder} is not built: npm run build`)
  const workspaces = folders.flatMap((folder) => ['-w', folder])
  const { stdout } = await run('npm', ['pack', '--silent', '--json', '--pack-destination', into, ...workspaces], {
    cwd: root,
  })
  return Object.values<Packed>(JSON.parse(stdout)).map(({ name, filename, size, unpackedSize, files }) => ({
    name,
    // npm has printed the scope's slash into file names that have none.
    path: join(into, filename.replace('@', '').replace('/', '-')),
    size,
    unpackedSize,
    files: files.map(({ path }) => path),
  }))
}

/** A new project that installs packages: tarballs' paths, or `name@version`. */
export async function makeProject(folder: string, packages: string[], flags: string[] = []): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...flags, ...packages], { cwd: folder })
}

/** Writes modules of this folder into a project, as plain JavaScript. */
export async function writeScripts(project: string, names: string[]): Promise<void> {
  for (const name of names) {
    const typed = await readFile(new URL(`${name}.ts`, import.meta.url), 'utf8')
    const script = stripTypeScriptTypes(typed).replaceAll(/(from '\.\/\w+)\.ts'/g, "$1.js'")
    await writeFile(join(project, `${name}.js`), script)
  }
}
