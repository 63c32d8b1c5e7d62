import { startWorker, type WorkerHandle } from './worker.ts'

/** Words of the control block, in i32; mirrored in pool.as.ts. */
const LEFT = 0
const PENDING = 16
const QUIT = 33
const WORKERS = 34
const FAILED = 49
const WAITING = 50
/** Followed by a cache line for each thread. */
const POOL_BYTES = 256
const SHARE_BYTES = 64

/** Bytes of the control block for so many threads. */
export const poolBytes = (threads: number) => POOL_BYTES + SHARE_BYTES * threads

const SLICE_MS = 100
/** How long the other threads may take without finishing a chunk: at least, and compared with what all of the command should take. */
const PATIENCE_MS = 20_000
const PATIENCE_RATIO = 100

export interface PoolOptions {
  module: WebAssembly.Module
  memory: WebAssembly.Memory
  /** Address of {@link poolBytes} bytes, aligned to 64. */
  control: number
  /** The scratch memory of each worker. */
  scratch: readonly number[]
}

/** Workers that share out the chunks of commands with this thread; see pool.as.ts. */
export class Pool {
  private readonly i32: Int32Array
  private readonly workers: WorkerHandle[] = []
  private failure: Error | undefined
  private ended = false
  /** See PATIENCE_MS; less of it for tests. */
  patience = PATIENCE_MS

  /** Starts the workers. Rejects, with the reason, where one of them does not start. */
  static async start(options: PoolOptions): Promise<Pool> {
    const pool = new Pool(options)
    const starts = options.scratch.map((scratch, i) =>
      startWorker({ ...options, scratch, thread: i + 1 }, (reason) => {
        if (!pool.ended) pool.failure ??= new Error(`A thread of lanewise ended: ${reason}. ${ADVICE}`)
      }),
    )
    const started = await Promise.allSettled(starts)
    for (const start of started) if (start.status === 'fulfilled') pool.workers.push(start.value)
    const failed = started.find((start) => start.status === 'rejected')
    if (failed === undefined) return pool
    await pool.end()
    throw failed.reason
  }

  private constructor({ memory, control, scratch }: PoolOptions) {
    this.i32 = new Int32Array(memory.buffer, control, POOL_BYTES / 4)
    this.i32.fill(0)
    this.i32[WORKERS] = scratch.length
  }

  /** Throws where a thread has died, now or before. */
  check(): void {
    if (this.failure !== undefined) throw this.failure
  }

  /** Waits until the other threads have finished a command that should take one core `nanoseconds`. */
  finish(nanoseconds: number): void {
    const { i32 } = this
    const patience = Math.max(this.patience, (PATIENCE_RATIO * nanoseconds) / 1e6)
    let before = 0
    for (let waited = 0; ; waited += SLICE_MS) {
      const pending = Atomics.load(i32, PENDING)
      if (pending <= 0) break
      if (pending !== before) waited = 0
      else if (waited >= patience) {
        const seconds = Math.round(waited / 1000)
        this.failure ??= new Error(`A thread of lanewise has not finished its part in ${seconds} seconds. ${ADVICE}`)
        break
      }
      before = pending
      this.wait(pending)
    }
    if (Atomics.load(i32, FAILED) > 0)
      this.failure ??= new Error(`A kernel trapped on another thread of lanewise. ${ADVICE}`)
    this.check()
  }

  /** After a trap on this thread: waits until the others, which take no more chunks, have finished theirs. */
  abandon(): void {
    const { i32 } = this
    const untaken = Math.max(0, Atomics.exchange(i32, LEFT, 0))
    // What was not taken, and the chunk that trapped, are never finished.
    Atomics.sub(i32, PENDING, untaken + 1)
    this.finish(0)
  }

  /** Sleeps until the last chunk is finished, at most a slice; where a thread may not sleep, it looks again and again. */
  private wait(pending: number): void {
    const { i32 } = this
    if (mayWait()) {
      Atomics.store(i32, WAITING, 1)
      Atomics.wait(i32, PENDING, pending, SLICE_MS)
      Atomics.store(i32, WAITING, 0)
      return
    }
    const end = performance.now() + SLICE_MS
    while (Atomics.load(i32, PENDING) === pending && performance.now() < end);
  }

  /** Ends the workers. Resolves to whether all of them are known to be gone, so that their memory can be used again. */
  async end(): Promise<boolean> {
    const { i32 } = this
    this.ended = true
    Atomics.store(i32, QUIT, 1)
    // Another value than any worker has seen: one that is about to sleep does not.
    Atomics.store(i32, LEFT, -0x80000000)
    Atomics.notify(i32, LEFT)
    const ends = await Promise.all(this.workers.map((worker) => worker.end()))
    return ends.every(Boolean)
  }
}

// TensorFlow.js forgets with a backend how it is made.
const ADVICE =
  "Make a new backend: make = tf.findBackendFactory('lanewise'), tf.removeBackend('lanewise'), tf.registerBackend('lanewise', make), tf.setBackend('lanewise')"

let waits: boolean | undefined

/** The main thread of a page may not sleep. */
function mayWait(): boolean {
  if (waits === undefined) {
    try {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0)
      waits = true
    } catch {
      waits = false
    }
  }
  return waits
}
