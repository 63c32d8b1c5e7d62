import type { Executor } from './executor.ts'
import { supportedVariants, supportsSharedMemory, type Variant } from './features.ts'
import { Heap } from './heap.ts'
import { discardMemory, LARGEST_MEMORY, obtainMemory, SMALLEST_MEMORY } from './memory.ts'
import { compileVariant } from './module.ts'

/** The block that calls write their command to. */
const COMMAND_BYTES = 1024
/** What a kernel may use for packing while it runs; `setScratch` in scratch.as.ts tells it where. */
export const SCRATCH_BYTES = 1 << 20

export interface RuntimeOptions {
  /** Which wasm build; by default the fastest that this engine runs. */
  variant?: Variant
  /** The most that the memory may grow to, in bytes (at most 4 GB, or what the engine can reserve). */
  maximumBytes?: number
}

interface Exports {
  run(cmd: number): void
  runRange(cmd: number, begin: number, end: number): void
  runTape(list: number, count: number): void
  setScratch(ptr: number): void
  heapBase(): number
}

/** One instance of the kernels with its memory: `await createRuntime()`. */
export class Runtime implements Executor {
  readonly variant: Variant
  readonly shared: boolean
  memory: WebAssembly.Memory
  heap: Heap
  i32!: Int32Array
  f32!: Float32Array
  u8!: Uint8Array
  /** Address of the `SCRATCH_BYTES` that kernels pack in. */
  readonly scratch: number
  private exports: Exports
  private readonly block: number

  constructor(variant: Variant, shared: boolean, memory: WebAssembly.Memory, exports: Exports, limit: number) {
    this.variant = variant
    this.shared = shared
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
    return at
  }

  end(at: number): void {
    this.exports.run(at << 2)
  }

  /** Runs work items [begin, end) of the block that `begin` returned. */
  range(at: number, begin: number, end: number): void {
    this.exports.runRange(at << 2, begin, end)
  }

  /** Gives the memory back. Nothing of this runtime works afterwards. */
  dispose(): void {
    if (this.memory === gone) return
    discardMemory(kindOf(this.variant, this.shared), this.memory)
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

/** Compiles (once a thread) and instantiates the kernels. Rejects where the engine has no WebAssembly SIMD. */
export async function createRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const supported = supportedVariants()
  const variant = options.variant ?? supported[0]
  if (variant === undefined) throw new Error('This engine has no WebAssembly SIMD, which the lanewise kernels need')
  if (!supported.includes(variant))
    throw new Error(`variant: '${variant}' does not run on this engine; it runs ${supported.join(', ') || 'none'}`)
  const wanted = options.maximumBytes ?? LARGEST_MEMORY
  if (!(wanted >= SMALLEST_MEMORY && wanted <= LARGEST_MEMORY))
    throw new RangeError(`maximumBytes: ${wanted} is not in [${SMALLEST_MEMORY}, ${LARGEST_MEMORY}]`)
  const shared = supportsSharedMemory()
  const module = await compileVariant(variant, shared)
  const [memory, limit] = obtainMemory(kindOf(variant, shared), shared, wanted)
  const instance = await WebAssembly.instantiate(module, { env: { memory } })
  return new Runtime(variant, shared, memory, instance.exports as unknown as Exports, limit)
}
