// The checked build, for tests: a command may read and write the blocks that its pointers point into, its own words, the scratch
// memory and static data. Importing this module makes every runtime of this thread, other than on ordinary memory, one of the
// checked build. LANEWISE_CHECKED says where build/checked.ts has put it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Variant } from './features.ts'
import { Heap } from './heap.ts'
import { type Exports, linker, SCRATCH_BYTES } from './runtime.ts'

export interface CheckedCommand {
  kernel: string
  /** Words of the command, header included. */
  words: number
  pointers: { field: string; word: number }[]
}

/** Bytes of memory that a byte of the map stands for. */
const GRAIN = 16
/** A map for 4 GB, and a byte behind it: the check reads two. Pages that nobody writes to take no memory. */
const MAP_PAGES = 2 ** 32 / GRAIN / 65536 + 1
/** Static data begins here; what lies before is nobody's. */
const STATIC = 1024

const folder = process.env['LANEWISE_CHECKED'] ?? ''
const commands: CheckedCommand[] = JSON.parse(readFileSync(join(folder, 'commands.json'), 'utf8'))

interface Block {
  at: number
  bytes: number
}

/** What may be accessed in one memory, and what is known of it. */
class Guard {
  private readonly memory: WebAssembly.Memory
  readonly map = new WebAssembly.Memory({ initial: MAP_PAGES, maximum: MAP_PAGES })
  private readonly allowed = new Uint8Array(this.map.buffer)
  /** The blocks of the heap in use, by address. */
  private blocks: Block[] = []
  private readonly always: Block[] = []
  private running: { command: CheckedCommand; fields: { field: string; pointer: number; block?: Block }[] } | undefined

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory
  }

  /** Forgets what a disposed runtime had in this memory. */
  reset(exports: WebAssembly.Exports): void {
    for (const block of this.always.splice(0)) this.allow(block, false)
    this.blocks = []
    const end = (exports['heapBase'] as () => number)() >>> 0
    this.allowAlways({ at: STATIC, bytes: end - STATIC })
  }

  taken(at: number, bytes: number): void {
    const block = { at, bytes }
    this.blocks.splice(this.after(at), 0, block)
  }

  /** Where kernels pack. */
  scratch(at: number): void {
    for (const block of this.always.splice(1)) this.allow(block, false)
    this.allowAlways({ at: at >>> 0, bytes: SCRATCH_BYTES })
  }

  freed(at: number): void {
    const i = this.after(at) - 1
    if (this.blocks[i]?.at === at) this.blocks.splice(i, 1)
  }

  /** Runs a command, which lies at `address`, with access to what is its own. */
  run(address: number, execute: () => number | undefined): number | undefined {
    const words = new Uint32Array(this.memory.buffer)
    const first = address >>> 2
    const command = commands[words[first]]
    // On a tape commands lie word by word: all grains that one touches.
    const begin = (address >>> 0) - (address & (GRAIN - 1))
    const end = (address >>> 0) + command.words * 4
    const own = { at: begin, bytes: Math.ceil((end - begin) / GRAIN) * GRAIN }
    const fields = this.fieldsAt(first, words)
    const outer = this.running
    this.running = { command, fields }
    this.allow(own, true)
    for (const { block } of fields) if (block) this.allow(block, true)
    try {
      return execute()
    } finally {
      this.allow(own, false)
      for (const { block } of fields) if (block) this.allow(block, false)
      for (const block of this.always) this.allow(block, true)
      this.running = outer
    }
  }

  /** What the pointers of the command at word `first` point to; of a chain, also those of its commands. */
  private fieldsAt(first: number, words: Uint32Array): { field: string; pointer: number; block?: Block }[] {
    const { kernel, pointers } = commands[words[first]]
    const fields = pointers
      .map(({ field, word }) => ({ field, pointer: words[first + word], block: this.blockAt(words[first + word]) }))
      .filter(({ pointer }) => pointer !== 0)
    if (kernel !== 'chain') return fields
    const [{ pointer: list }] = fields
    const members = words.subarray(list >>> 2, (list >>> 2) + words[first + pointers[0].word + 1])
    return [...fields, ...Array.from(members).flatMap((member) => this.fieldsAt(member >>> 2, words))]
  }

  /** For memory.copy and memory.fill. */
  range(at: number, bytes: number, write: number): void {
    if (bytes === 0) return
    const [first, end] = [at >>> 0, (at >>> 0) + (bytes >>> 0)]
    for (let grain = Math.floor(first / GRAIN); grain * GRAIN < end; grain++)
      if (this.allowed[grain] < Math.min(end - grain * GRAIN, GRAIN)) this.fault(first, bytes >>> 0, write)
  }

  fault(given: number, bytes: number, write: number): never {
    const at = given >>> 0
    const { command, fields = [] } = this.running ?? {}
    const did = `${command?.kernel ?? 'A kernel'} ${write ? 'writes' : 'reads'} ${bytes} bytes at ${at}`
    const other = this.blockAt(at)
    const near = fields
      .flatMap(({ field, block }) => (block ? [{ field, block, far: distance(at, bytes, block) }] : []))
      .sort((a, b) => Math.abs(a.far) - Math.abs(b.far))[0]
    const where = near
      ? `${Math.abs(near.far)} bytes ${near.far < 0 ? 'before' : 'behind'} the block of ${near.block.bytes} bytes at ${near.block.at} (${near.field})`
      : 'and has no block'
    const lost = fields.filter(({ block }) => block === undefined)
    throw new Error(
      `${did}, ${where}` +
        (other && !fields.some(({ block }) => block === other)
          ? `, in another block of ${other.bytes} bytes at ${other.at}`
          : '') +
        lost.map(({ field, pointer }) => `; ${field}, ${pointer}, is in no block`).join(''),
    )
  }

  private allowAlways(block: Block): void {
    this.always.push(block)
    this.allow(block, true)
  }

  private allow({ at, bytes }: Block, isAllowed: boolean): void {
    const first = at / GRAIN
    const full = Math.floor(bytes / GRAIN)
    this.allowed.fill(isAllowed ? GRAIN : 0, first, first + full)
    this.allowed[first + full] = isAllowed ? bytes % GRAIN : 0
  }

  /** The index behind the last block that begins at or before an address. */
  private after(at: number): number {
    let low = 0
    let high = this.blocks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.blocks[middle].at <= at) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The block in which an address lies, or behind whose last byte. */
  private blockAt(at: number): Block | undefined {
    const block = this.blocks[this.after(at) - 1]
    return block !== undefined && at <= block.at + block.bytes ? block : undefined
  }
}

/** From an access to a block: negative before it, else the bytes from its end to the access's end. */
function distance(at: number, bytes: number, block: Block): number {
  return at < block.at ? at - block.at : Math.max(at + bytes - block.at - block.bytes, 0)
}

const guards = new WeakMap<WebAssembly.Memory, Guard>()
const modules = new Map<Variant, Promise<WebAssembly.Module>>()

function compiled(variant: Variant): Promise<WebAssembly.Module> {
  const known = modules.get(variant)
  if (known) return known
  const module = WebAssembly.compile(readFileSync(join(folder, `${variant}.wasm`)))
  modules.set(variant, module)
  return module
}

const { link } = linker

linker.link = async (module, memory, variant) => {
  if (!(memory.buffer instanceof SharedArrayBuffer)) return link(module, memory, variant)
  const guard = guards.get(memory) ?? new Guard(memory)
  guards.set(memory, guard)
  const { map } = guard
  const env = {
    memory,
    map,
    fault: guard.fault.bind(guard),
    range: guard.range.bind(guard),
  }
  const { exports } = await WebAssembly.instantiate(await compiled(variant), { env })
  guard.reset(exports)
  const plain = exports as unknown as Exports
  return {
    ...plain,
    setScratch(at) {
      plain.setScratch(at)
      guard.scratch(at)
    },
    run: (cmd) => guard.run(cmd, () => plain.run(cmd)) as number,
    runRange: (cmd, begin, end) => void guard.run(cmd, () => plain.runRange(cmd, begin, end) as undefined),
    runTape(list, first, count) {
      const words = new Uint32Array(memory.buffer)
      for (let i = first; i < count; i++) {
        const cmd = words[(list >>> 2) + i]
        guard.run(cmd, () => plain.run(cmd))
      }
      return count
    },
  }
}

const { alloc, free } = Heap.prototype
const memoryOf = (heap: Heap) => (heap as unknown as { memory: WebAssembly.Memory }).memory

Heap.prototype.alloc = function (bytes) {
  const at = alloc.call(this, bytes)
  guards.get(memoryOf(this))?.taken(at, bytes)
  return at
}
Heap.prototype.free = function (at) {
  free.call(this, at)
  guards.get(memoryOf(this))?.freed(at)
}
