import { kernelIds } from '../generated/commands.ts'
import { wideObstacle } from '../wide/engine.ts'
import type { Executor } from './executor.ts'
import { supportedVariants, supportsSharedMemory, type Variant } from './features.ts'
import { Heap } from './heap.ts'
import { discardMemory, LARGEST_MEMORY, obtainMemory, SMALLEST_MEMORY } from './memory.ts'
import { compileVariant } from './module.ts'
import { Pool, poolBytes } from './pool.ts'
import { MOST_NS, shareOut } from './share.ts'

/** The block that calls write their command to. */
const COMMAND_BYTES = 1024
/** What a kernel may use for packing while it runs; `setScratch` in scratch.as.ts tells it where. */
export const SCRATCH_BYTES = 1 << 20
/** The most that `RuntimeOptions.threads` may be. */
export const MOST_THREADS = 256

/** What `createRuntime` takes. */
export interface RuntimeOptions {
  /** Which wasm build; by default the fastest that this engine runs. */
  variant?: Variant
  /** Kernels in 256-bit operations; rejects where the engine can not, and of the variant `simd`. {@link createTestedRuntime} is the careful way. */
  wide?: boolean
  /** The most that the memory may grow to, in bytes (at most 4 GB, or what the engine can reserve). */
  maximumBytes?: number
  /** Threads to compute with, this one included; 1 by default. Where there can be no others, see {@link Runtime.threadsReason}. */
  threads?: number
}

export interface Exports {
  run(cmd: number): number
  runRange(cmd: number, begin: number, end: number): void
  runTape(list: number, first: number, count: number): number
  setScratch(ptr: number): void
  setPool(control: number): void
  heapBase(): number
}

/** One instance of the kernels with its memory: `await createRuntime()`. */
export class Runtime implements Executor {
  readonly variant: Variant
  readonly shared: boolean
  /** Threads that compute, this one included. */
  threads = 1
  /** Why there is one thread where more were asked for. */
  threadsReason: string | undefined
  /** Whether the kernels were compiled for 256-bit operations. */
  readonly wide: boolean
  memory: WebAssembly.Memory
  heap: Heap
  i32!: Int32Array
  f32!: Float32Array
  u8!: Uint8Array
  /** Address of the `SCRATCH_BYTES` that kernels pack in. */
  readonly scratch: number
  private exports: Exports
  private readonly block: number
  private pool: Pool | undefined

  constructor(
    variant: Variant,
    shared: boolean,
    wide: boolean,
    memory: WebAssembly.Memory,
    exports: Exports,
    limit: number,
  ) {
    this.variant = variant
    this.shared = shared
    this.wide = wide
    this.memory = memory
    this.exports = exports
    this.refreshViews()
    this.heap = new Heap(memory, exports.heapBase(), limit, () => this.refreshViews())
    this.block = this.heap.alloc(COMMAND_BYTES)
    this.scratch = this.heap.alloc(SCRATCH_BYTES)
    exports.setScratch(this.scratch)
  }

  begin(kernel: number, items: number, words: number): number {
    if (words * 4 > COMMAND_BYTES) throw new RangeError(`A command of ${words} words is larger than its block`)
    const at = this.block >>> 2
    this.i32[at] = kernel
    this.i32[at + 1] = items
    this.i32[at + 2] = 1
    return at
  }

  share(at: number, nanoseconds: number): void {
    shareOut(this.i32, at, nanoseconds, this.threads)
  }

  end(at: number): void {
    try {
      if (this.pool === undefined) this.exports.run(at << 2)
      else this.runShared(this.pool, at)
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error
      const [name] = Object.entries(kernelIds).find(([, id]) => id === this.i32[at]) ?? []
      throw new RangeError(`${name}: its command reaches outside of the memory`, { cause: error })
    }
  }

  /** Runs the `count` commands whose addresses lie at `list`. */
  runTape(list: number, count: number): void {
    const { pool } = this
    pool?.check()
    for (let i = 0; ; i++) {
      i = this.exports.runTape(list, i, count)
      if (i === count) return
      pool?.finish(MOST_NS)
    }
  }

  private runShared(pool: Pool, at: number): void {
    pool.check()
    let done: number
    try {
      done = this.exports.run(at << 2)
    } catch (error) {
      pool.abandon()
      throw error
    }
    if (!done) pool.finish(this.i32[at + 3])
  }

  /** Writes what JavaScript has computed, numbers of any type, at an address that is a multiple of 4 for those of 4 bytes. */
  store(address: number, values: Float32Array | Int32Array | Uint8Array): void {
    if (values instanceof Float32Array) this.f32.set(values, address >>> 2)
    else if (values instanceof Int32Array) this.i32.set(values, address >>> 2)
    else this.u8.set(values, address)
  }

  /** Gets the other threads. They see each command's memory as it is; nothing else is shared. */
  async startThreads(threads: number, module: WebAssembly.Module): Promise<void> {
    const { memory, heap } = this
    const taken: number[] = []
    try {
      for (let i = 0; i < threads; i++) taken.push(heap.alloc(i === 0 ? poolBytes(threads) : SCRATCH_BYTES))
      const [control, ...scratch] = taken
      this.pool = await Pool.start({ module, memory, control, scratch })
      this.threads = threads
      this.exports.setPool(control)
    } catch (error) {
      for (const ptr of taken) heap.free(ptr)
      throw error
    }
  }

  /** Runs work items [begin, end) of the block that `begin` returned. */
  range(at: number, begin: number, end: number): void {
    this.exports.runRange(at << 2, begin, end)
  }

  /** Gives the memory back. Nothing of this runtime works afterwards. */
  dispose(): void {
    if (this.memory === gone) return
    const { memory, pool } = this
    const discard = () => discardMemory(kindOf(this.variant, this.shared), memory)
    // While a worker is there, nobody else may have its memory.
    if (pool === undefined) discard()
    else void pool.end().then((isGone) => isGone && discard())
    this.pool = undefined
    this.memory = gone
    this.heap = gone
    this.exports = gone
    this.i32 = new Int32Array()
    this.f32 = new Float32Array()
    this.u8 = new Uint8Array()
  }

  /** Makes the views span the memory as it is now. */
  refreshViews(): void {
    const { buffer } = this.memory
    this.i32 = new Int32Array(buffer)
    this.f32 = new Float32Array(buffer)
    this.u8 = new Uint8Array(buffer)
  }
}

/** In place of what a disposed runtime had. */
const gone = new Proxy({} as WebAssembly.Memory & Heap & Exports, {
  get: () => {
    throw new Error('This runtime was disposed')
  },
})

function kindOf(variant: Variant, shared: boolean): string {
  return `${variant} ${shared}`
}

/** Makes an instance of the kernels. Tests put the checked build's in its place (checked.ts). */
export const linker = {
  async link(module: WebAssembly.Module, memory: WebAssembly.Memory, _variant: Variant): Promise<Exports> {
    const { exports } = await WebAssembly.instantiate(module, { env: { memory } })
    return exports as unknown as Exports
  },
}

const OPTIONS = ['variant', 'maximumBytes', 'threads', 'wide']

/** Compiles (once a thread) and instantiates the kernels. Rejects where the engine has no WebAssembly SIMD. */
export async function createRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`createRuntime: takes an object of options, not ${Array.isArray(options) ? 'a list' : options}`)
  for (const name of Object.keys(options))
    if (!OPTIONS.includes(name))
      throw new TypeError(`createRuntime: there is no option '${name}'; there are ${OPTIONS.join(', ')}`)
  const supported = supportedVariants()
  const variant = options.variant ?? supported[0]
  if (variant === undefined) throw new Error('This engine has no WebAssembly SIMD, which the lanewise kernels need')
  if (!supported.includes(variant))
    throw new Error(
      `createRuntime: variant: '${variant}' does not run on this engine; it runs ${supported.join(', ') || 'none'}`,
    )
  const wanted = options.maximumBytes ?? LARGEST_MEMORY
  if (!(typeof wanted === 'number' && wanted >= SMALLEST_MEMORY && wanted <= LARGEST_MEMORY))
    throw new RangeError(`createRuntime: maximumBytes: ${wanted} is not in [${SMALLEST_MEMORY}, ${LARGEST_MEMORY}]`)
  const threads = options.threads ?? 1
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS))
    throw new RangeError(`createRuntime: threads: ${threads} is not a whole number in [1, ${MOST_THREADS}]`)
  const { wide = false } = options
  if (typeof wide !== 'boolean') throw new TypeError(`createRuntime: wide: ${wide} is not true or false`)
  const obstacle = wide ? wideObstacle(variant) : undefined
  if (obstacle !== undefined) throw new Error(`createRuntime: wide: ${obstacle}`)
  const shared = supportsSharedMemory()
  const module = await compileVariant(variant, shared, wide)
  const [memory, limit] = obtainMemory(kindOf(variant, shared), shared, wanted)
  const exports = await linker.link(module, memory, variant)
  const rt = new Runtime(variant, shared, wide, memory, exports, limit)
  if (threads === 1) return rt
  if (!shared) rt.threadsReason = 'there is no shared memory: the page is not cross-origin isolated'
  else
    try {
      await rt.startThreads(threads, module)
    } catch (error) {
      rt.threadsReason = `the workers did not start: ${error instanceof Error ? error.message : error}`
    }
  return rt
}
