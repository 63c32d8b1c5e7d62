import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import type { Info } from '@lanewise/backend'
import { root, type Tarball } from './packed.ts'
import { TOLERANCE } from './reference.ts'

export interface Row extends Partial<Pick<Info, 'variant' | 'shared' | 'threads' | 'wide'>> {
  name: string
  version?: string
  seconds?: number
  /** The largest one from the reference. */
  difference?: number
  /** Why the smoke test failed, or why it could not be run at all. */
  failure?: string
  missing?: string
}

export const HEAD = [
  'engine',
  'version',
  'build',
  'memory',
  'threads',
  'wide',
  'result',
  'largest difference',
  'seconds',
]

export function cells(row: Row): string[] {
  const { name, version = '', variant = '', shared, threads, wide, seconds, difference } = row
  const memory = shared === undefined ? '' : shared ? 'shared' : 'ordinary'
  const isWide = wide === undefined ? '' : wide ? 'yes' : 'no'
  const result = row.missing !== undefined ? 'not run' : row.failure !== undefined ? 'failed' : 'passed'
  const off = difference === undefined ? '' : difference.toExponential(1)
  return [name, version, variant, memory, String(threads ?? ''), isWide, result, off, seconds?.toFixed(2) ?? '']
}

/** Writes docs/engines.md; returns its path in the repository. */
export async function writePage(rows: Row[], tarballs: Tarball[]): Promise<string> {
  const path = 'docs/engines.md'
  const others = rows.filter(({ failure, missing }) => failure !== undefined || missing !== undefined)
  const page = `# Engines

<!-- Written by \`npm run engines\`. -->

The packages as npm packs them, installed into an empty project and run without a build step (in Chromium: bundled, by Vite or
esbuild). \`convNet\`, \`lstmNet\` and \`attentionNet\`, small, with widths that fill no vector, predict, train two steps of Adam and predict again, from
given weights and data, with 2 threads asked for; then products large enough to be shared. Every prediction, loss and trained weight is compared with what stock layers gave on the \`cpu\` backend
(\`bench/src/engines/reference.json\`); it may be off by ${TOLERANCE.toExponential()}, relative to the expected number where that is above 1.

${markdown(HEAD, rows.map(cells))}

There is one thread where the page is not isolated, and wide is \`no\` with LANEWISE_WIDE=1 where the engine can not, as \`info()\` says. The build is \`relaxed\` where the engine has relaxed SIMD, else \`simd\`. Seconds are those of all three models, from \`tf.setBackend\` on, with
cold code: they tell that an engine works, not how fast. Deno ran without permissions for files, environment or network${
    rows.some(({ name }) => name.includes('QEMU'))
      ? '; the\nemulated processor computes as a real one does, at a fraction of its speed'
      : ''
  }.

${others.length === 0 ? 'Nothing failed and nothing was left out.' : others.map(explained).join('\n')}

## Packages

${markdown(
  ['package', 'files', 'packed', 'unpacked'],
  tarballs.map(({ name, files, size, unpackedSize }) => [name, String(files.length), kilo(size), kilo(unpackedSize)]),
)}

None has an install script or native code (\`bench/src/pack.test.ts\`).

Run on ${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${availableParallelism()} cores, ${process.platform} ${process.arch}.
\`npm run engines\` runs it again; \`npm run engines -- --reference\` makes the reference anew.
`
  await writeFile(join(root, path), page)
  return path
}

function markdown(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

function explained({ name, missing, failure = '' }: Row): string {
  const [said, text] = missing === undefined ? ['failed', failure] : ['was not run', missing]
  const lines = text.split('\n').slice(0, 12)
  return [`- ${name} ${said}:`, '', ...lines.map((line) => `      ${line}`), ''].join('\n')
}

function kilo(bytes: number): string {
  return `${Math.round(bytes / 1000)} KB`
}
