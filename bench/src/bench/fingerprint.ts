import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const root = new URL('../../../', import.meta.url)

/** What this process measures, as 12 hexadecimal digits: of the JavaScript, without its comments, and the wasm that are built. */
export function fingerprint(folders = built()): string {
  const hash = createHash('sha256')
  for (const folder of folders)
    for (const file of (readdirSync(folder, { recursive: true }) as string[]).sort())
      if (/\.(js|wasm)$/.test(file)) hash.update(file).update(content(new URL(file, folder)))
  return hash.digest('hex').slice(0, 12)
}

function content(file: URL): Uint8Array | string {
  const bytes = readFileSync(file)
  return file.href.endsWith('.js')
    ? String(bytes)
        .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
        .replace(/\s+/g, '')
    : bytes
}

function built(): URL[] {
  const packages = readdirSync(new URL('packages/', root)).sort()
  return [
    new URL('kernels/src/generated/', root),
    ...['kernels', ...packages.map((name) => `packages/${name}`)].map((name) => new URL(`${name}/dist/`, root)),
  ].filter((folder) => existsSync(folder))
}
