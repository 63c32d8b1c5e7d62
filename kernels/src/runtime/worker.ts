export interface WorkerData {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
  /** Address of the pool's control block. */
  control: number
  /** Address of this worker's scratch memory. */
  scratch: number
  /** Which of the pool's threads it is, from 1 on. */
  thread: number
}

export interface WorkerHandle {
  /** Resolves when the worker, which was told to quit, is gone; to false where that can not be known. */
  end(): Promise<boolean>
}

/** What a worker runs. It is text, so that there is no file to find or to configure. */
const SOURCE = `
const start = ({ module, memory, control, scratch, thread }, post) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  exports.setScratch(scratch)
  post('ready')
  try {
    exports.serve(control, thread)
  } catch (error) {
    exports.fail(control)
    throw error
  }
  post('gone')
}`
const NODE_SOURCE = `${SOURCE}
const { parentPort, workerData } = require('node:worker_threads')
start(workerData, (message) => parentPort.postMessage(message))`
const WEB_SOURCE = `${SOURCE}
onmessage = ({ data }) => {
  start(data, postMessage)
  close()
}`

/** How long a worker may take to start. */
const START_MS = 30_000
/** How long a worker of a page may take to say that it has quit. */
const END_MS = 1_000

/** Starts a worker, which serves the pool until it is told to quit. `died` is called when it ends without that, once it has started. */
export async function startWorker(data: WorkerData, died: (reason: string) => void): Promise<WorkerHandle> {
  const node = await nodeModule<typeof import('node:worker_threads')>('worker_threads')
  return node === undefined ? startWebWorker(data, died) : startNodeWorker(node, data, died)
}

/** A module of Node, Bun or Deno; undefined in browsers. Bundlers for those need not know of it. */
export async function nodeModule<T>(name: string): Promise<T | undefined> {
  const { process } = globalThis as {
    process?: { versions?: { node?: string }; getBuiltinModule?(name: string): unknown }
  }
  if (process?.versions?.node === undefined) return undefined
  const known = process.getBuiltinModule?.(name)
  if (known !== undefined) return known as T
  const specifier = `node:${name}`
  return import(/* @vite-ignore */ /* webpackIgnore: true */ specifier)
}

async function startNodeWorker(
  { Worker }: typeof import('node:worker_threads'),
  data: WorkerData,
  died: (reason: string) => void,
): Promise<WorkerHandle> {
  const worker = new Worker(NODE_SOURCE, { eval: true, workerData: data, execArgv: [], env: {}, name: 'lanewise' })
  const { promise: gone, resolve: isGone } = withResolvers<void>()
  let reason = ''
  await within(START_MS, (resolve, reject) => {
    worker.on('message', (message) => message === 'ready' && resolve())
    worker.on('error', (error) => {
      reason = String(error)
      reject(error)
      died(reason)
    })
    worker.on('exit', (code) => {
      isGone()
      reject(new Error(`the worker ended with exit code ${code}`))
      died(reason || `exit code ${code}`)
    })
  }).catch((error) => {
    void worker.terminate()
    throw error
  })
  worker.unref()
  return {
    async end() {
      void worker.terminate()
      await gone
      return true
    },
  }
}

async function startWebWorker(data: WorkerData, died: (reason: string) => void): Promise<WorkerHandle> {
  const url = URL.createObjectURL(new Blob([WEB_SOURCE], { type: 'text/javascript' }))
  const { promise: gone, resolve: isGone } = withResolvers<boolean>()
  let worker: Worker | undefined
  try {
    await within(START_MS, (resolve, reject) => {
      worker = new Worker(url, { name: 'lanewise' })
      worker.onmessage = ({ data: message }) => (message === 'ready' ? resolve() : isGone(true))
      worker.onerror = ({ message }) => {
        reject(new Error(message || 'the worker did not load'))
        died(message)
      }
      worker.postMessage(data)
    })
  } catch (error) {
    worker?.terminate()
    throw error
  } finally {
    URL.revokeObjectURL(url)
  }
  return {
    async end() {
      const late = setTimeout(isGone, END_MS, false)
      const known = await gone
      clearTimeout(late)
      worker?.terminate()
      return known
    },
  }
}

function within(ms: number, start: (resolve: () => void, reject: (reason: Error) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the worker has not started in ${ms / 1000} seconds`)), ms)
    start(
      () => {
        clearTimeout(late)
        resolve()
      },
      (reason) => {
        clearTimeout(late)
        reject(reason)
      },
    )
  })
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((taken) => {
    resolve = taken
  })
  return { promise, resolve }
}
