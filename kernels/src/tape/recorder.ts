import { runCopy } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import type { Variant } from '../runtime/features.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { MOST_NS, shareOut } from '../runtime/share.ts'
import { layouts } from './layout.ts'
import type { Buffer, Command, Operand } from './program.ts'
import { Space } from './space.ts'

const MOST_WORDS = 256

/**
 * Stands in for a runtime while a function is recorded: `recorder.asRuntime`. Memory is handed out as addresses that
 * nothing lies at, and commands are kept instead of run. So recording computes nothing and changes nothing.
 */
export class Recorder implements Executor {
  readonly variant: Variant
  readonly shared: boolean
  readonly wide: boolean
  readonly threads: number
  readonly commands: Command[] = []
  /** What a function that is being recorded can not read or write. Throws. */
  onMemory: () => never = () => {
    throw new Error('capture: memory can not be read or written by JavaScript')
  }
  readonly heap: { alloc(bytes: number): number; free(address: number): void; readonly inUse: number; limit: number }
  private readonly space = new Space()
  private readonly block = new Int32Array(MOST_WORDS)
  private readonly floats = new Float32Array(this.block.buffer)
  private words = 0

  constructor(rt: Runtime) {
    this.variant = rt.variant
    this.shared = rt.shared
    this.wide = rt.wide
    this.threads = rt.threads
    this.heap = {
      alloc: (bytes) => this.space.alloc('made', bytes),
      free: (address) => this.space.release(address),
      inUse: rt.heap.inUse,
      limit: rt.heap.limit,
    }
  }

  get asRuntime(): Runtime {
    return this as unknown as Runtime
  }

  // Outside of a command, these would be the memory.
  get i32(): Int32Array {
    return this.words > 0 ? this.block : this.onMemory()
  }

  get f32(): Float32Array {
    return this.words > 0 ? this.floats : this.onMemory()
  }

  get u8(): Uint8Array {
    return this.onMemory()
  }

  get memory(): WebAssembly.Memory {
    return this.onMemory()
  }

  begin(kernel: number, items: number, words: number): number {
    if (words > MOST_WORDS) throw new RangeError(`A command of ${words} words is larger than its block`)
    this.words = words
    this.block[0] = kernel
    this.block[1] = items
    this.block[2] = 1
    this.block[3] = 0
    return 0
  }

  share(at: number, nanoseconds: number): void {
    this.block[at + 3] = Math.min(nanoseconds, MOST_NS)
    shareOut(this.block, at, nanoseconds, this.threads)
  }

  end(): void {
    const words = this.block.slice(0, this.words)
    this.words = 0
    if (words[1] === 0) return
    const layout = layouts[words[0]]
    const operands: Operand[] = []
    for (const { word, writes } of layout.addresses) {
      const address = words[word] >>> 0
      if (address === 0) continue
      const { buffer, offset } = this.space.find(address)
      if (writes && (buffer.kind === 'constant' || buffer.stores.length > 0))
        throw new Error(`capture: ${layout.kernel} writes where JavaScript has written before`)
      operands.push({ word, writes, buffer, offset })
    }
    this.commands.push({ layout, words, operands })
  }

  /** As `Runtime.store`: the buffer is a constant of the tape from now on. */
  store(address: number, values: ArrayBufferView): void {
    const { buffer, offset } = this.space.find(address)
    if (this.commands.some(({ operands }) => operands.some((operand) => operand.writes && operand.buffer === buffer)))
      throw new Error('capture: JavaScript writes where a command has written before')
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice()
    buffer.stores.push({ offset, bytes })
  }

  /** The address of a new buffer of a kind that is not made by commands. */
  declare(kind: 'input' | 'constant' | 'outside', bytes: number): number {
    return this.space.alloc(kind, bytes)
  }

  find(address: number): { buffer: Buffer; offset: number } {
    return this.space.find(address)
  }

  /** Records a copy of `bytes` bytes. */
  copy(from: number, to: number, bytes: number): void {
    if (bytes === 0) return
    const one = [1]
    const block = 1 << 16
    const blocks = Math.ceil(bytes / block)
    const fields = { src: from, dst: to, n: bytes, fromStep: 0, toStep: 0, blocks, block }
    runCopy(this, 'copy_rows', blocks, { ...fields, rank: 1, size: one, from: [0], to: [0] })
  }
}
