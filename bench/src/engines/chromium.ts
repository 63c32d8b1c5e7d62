import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { run } from './packed.ts'

export interface Page {
  about: string
  /** Whether the page is cross-origin isolated, so has shared memory. */
  isolated: boolean
  /** Whether the smoke test runs in a worker of the page. */
  worker: boolean
  bundler: 'vite' | 'esbuild'
}

const FLAGS = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const ISOLATION = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
const TYPES: Record<string, string> = { html: 'text/html', js: 'text/javascript' }

/** Bundles smoke.js of a project, opens it in headless Chromium, and returns the report that the page sends. */
export async function openChromium(
  chromium: string,
  bundler: string,
  page: Page,
  project: string,
  timeout: number,
): Promise<string> {
  const files = await bundle(bundler, page, project)
  const { server, report } = await serve(files, page.isolated)
  const profile = await mkdtemp(join(tmpdir(), 'lanewise-chromium-'))
  // The sandbox does not start for root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`
  const child = spawn(chromium, [...FLAGS, ...sandbox, `--user-data-dir=${profile}`, url], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (more) => {
    said = `${said}${more}`.slice(-1000)
  })
  // Rejected by a program that can not be started, too.
  const exited = once(child, 'close')
  const aborted = new AbortController()
  const late = setTimeout(timeout, undefined, { signal: aborted.signal })
  const fail = (why: string) => Promise.reject(new Error(`${why}: ${said}`))
  try {
    return await Promise.race([
      report,
      exited.then(() => fail('Chromium ended without a report')),
      late.then(() => fail(`no report in ${timeout / 1000} s`)),
    ])
  } finally {
    aborted.abort()
    child.kill()
    await exited
    server.close()
    server.closeAllConnections()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A folder with index.html and what it loads. */
async function bundle(bundler: string, page: Page, project: string): Promise<string> {
  const folder = await mkdtemp(join(project, 'page-'))
  const script =
    page.bundler === 'vite'
      ? `<script type="module" src="./smoke.js"></script>`
      : page.worker
        ? `<script>new Worker('smoke.js', { type: 'module' }).onerror = (event) => tell(event.message ?? 'the worker did not load')</script>`
        : `<script type="module" src="smoke.js"></script>`
  const html = `<!doctype html><title>smoke</title>
    <script>
      const tell = (error) => fetch('report', { method: 'POST', body: JSON.stringify({ error: String(error) }) })
      onerror = (message) => tell(message)
      onunhandledrejection = (event) => tell(event.reason)
    </script>
    ${script}`
  if (page.bundler === 'esbuild') {
    await writeFile(join(folder, 'index.html'), html)
    await run(bundler, ['smoke.js', '--bundle', '--format=esm', `--outfile=${join(folder, 'smoke.js')}`], {
      cwd: project,
    })
    return folder
  }
  await writeFile(join(project, 'index.html'), html)
  await run(bundler, ['build', '--outDir', folder, '--logLevel', 'warn'], { cwd: project })
  return folder
}

/** Serves a folder on localhost; `report` is the body of the first POST. */
async function serve(folder: string, isolated: boolean): Promise<{ server: Server; report: Promise<string> }> {
  const files = new Map<string, Buffer>()
  for (const file of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!file.isFile()) continue
    const path = join(file.parentPath, file.name)
    files.set(path.slice(folder.length).replaceAll('\\', '/'), await readFile(path))
  }
  const headers = isolated ? ISOLATION : {}
  const reports = new EventEmitter()
  const report = once(reports, 'report').then(([body]) => body)
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      reports.emit('report', await text(request))
      response.writeHead(204).end()
      return
    }
    const path = request.url === '/' ? '/index.html' : (request.url ?? '')
    const body = files.get(path)
    if (body === undefined) response.writeHead(404).end()
    else response.writeHead(200, { ...headers, 'content-type': TYPES[path.split('.').at(-1) as string] }).end(body)
  })
  await once(server.listen(0, 'localhost'), 'listening')
  return { server, report }
}
