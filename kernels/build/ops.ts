import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { CommandFamily } from '../src/runtime/command.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

export interface Op {
  folder: string
  families: CommandFamily[]
  /** The names under which `command.ts` exports the families. */
  exports: string[]
}

/** What every src/<op>/command.ts declares. */
export async function readOps(): Promise<Op[]> {
  const files = globSync('src/*/command.ts', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file !== 'src/runtime/command.ts')
    .sort()
  return Promise.all(
    files.map(async (file) => {
      const exported = Object.entries(await import(pathToFileURL(join(root, file)).href))
        .filter(
          (entry): entry is [string, CommandFamily] =>
            typeof entry[1] === 'object' && entry[1] !== null && 'kernels' in entry[1],
        )
        // As Node gives them; not every loader does.
        .sort(([a], [b]) => (a < b ? -1 : 1))
      return {
        folder: file.split('/')[1],
        families: exported.map(([, family]) => family),
        exports: exported.map(([name]) => name),
      }
    }),
  )
}

/** The kernels in the order of their ids. */
export function kernelNames(ops: Op[]): string[] {
  const names = ops.flatMap((op) => op.families.flatMap((f) => f.kernels))
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice) throw new Error(`Two command families declare the kernel ${twice}`)
  return names
}
