import { OutOfMemoryError } from './errors.ts'

const PAGE = 65536
/** Memory is handed out in units of 64 bytes, a cache line. */
const UNIT = 64
/** A block starts 16 bytes before a cache line, with its header; so what it holds starts on the line. */
const HEADER = 16

// Header words. A block is named by the index of its unit.
const SIZE = 0 // units, header included
const PREVIOUS = 1 // the block that lies before it in memory, or 0
const NEXT = 2 // the next block in its free list, or 0; USED when it is handed out
const BACK = 3 // the block before it in its free list, or 0
const USED = -1

const FINE_BITS = 4
const FINE = 1 << FINE_BITS
const CLASSES = 27 // 2^26 units of 64 bytes are 4 GB
/** What lies behind stays empty: kernels ask whether an address and up to 64 bytes more are within a block, and 2^32 would be 0. */
const HIGHEST = 2 ** 32 - UNIT

/**
 * A two-level segregated fit allocator (Masmano, Ripoll, Crespo, Real: "TLSF: a new dynamic memory allocator for
 * real-time systems", 2004): constant time, neighbours that are free are merged at once.
 *
 * Addresses are byte offsets, aligned to 64. The memory grows when nothing fits, up to `limit` bytes.
 */
export class Heap {
  /** Bytes handed out, headers and rounding included. */
  inUse = 0
  /** Blocks handed out. */
  blocks = 0
  readonly limit: number
  /** Called where memory does not suffice: whether it gave some back, so that it is worth while to try again. */
  onFull: (() => boolean) | undefined

  private words: Int32Array
  private readonly memory: WebAssembly.Memory
  private readonly onGrow: () => void
  /** First free block of each class, or 0. */
  private readonly heads = new Int32Array(CLASSES * FINE)
  private readonly coarseMap = new Int32Array(1)
  private readonly fineMap = new Int32Array(CLASSES)
  private readonly start: number
  private end: number
  private lastBlock = 0

  /** @param base first byte that the heap may use; @param onGrow called when the memory has grown and views are old. */
  constructor(memory: WebAssembly.Memory, base: number, limit: number, onGrow: () => void) {
    this.memory = memory
    this.limit = limit
    this.onGrow = onGrow
    this.words = new Int32Array(memory.buffer)
    this.start = Math.max(1, Math.ceil((base + HEADER) / UNIT))
    this.end = this.start
    this.extend()
  }

  /** The address of `bytes` bytes, aligned to 64; at least one byte is taken. Their content is what was there before. */
  alloc(bytes: number): number {
    if (!(typeof bytes === 'number' && bytes >= 0))
      throw new RangeError(`alloc: bytes: ${bytes} is not a number of bytes, 0 or more`)
    if (bytes > this.limit) throw new OutOfMemoryError(bytes, this.inUse, this.limit)
    const units = Math.ceil((Math.max(bytes, 1) + HEADER) / UNIT)
    let block = this.take(units) || this.grow(units)
    while (block === 0) {
      if (!this.onFull?.()) throw new OutOfMemoryError(bytes, this.inUse, this.limit)
      block = this.take(units) || this.grow(units)
    }
    this.split(block, units)
    this.words[this.word(block) + NEXT] = USED
    this.blocks++
    this.inUse += this.words[this.word(block) + SIZE] * UNIT
    return block * UNIT
  }

  /** Gives back what `alloc` returned. */
  free(address: number): void {
    let block = this.used('free', address)
    const { words } = this
    let size = words[this.word(block) + SIZE]
    // So that freeing it twice is noticed even where it becomes the middle of a larger block.
    words[this.word(block) + NEXT] = 0
    this.blocks--
    this.inUse -= size * UNIT
    const next = block + size
    if (next < this.end && words[this.word(next) + NEXT] !== USED) {
      this.unlink(next)
      size += words[this.word(next) + SIZE]
    }
    const previous = words[this.word(block) + PREVIOUS]
    if (previous !== 0 && words[this.word(previous) + NEXT] !== USED) {
      this.unlink(previous)
      size += words[this.word(previous) + SIZE]
      block = previous
    }
    this.release(block, size)
  }

  /** Bytes that `alloc` made usable at `address`. */
  capacity(address: number): number {
    return this.words[this.word(this.used('capacity', address)) + SIZE] * UNIT - HEADER
  }

  /** The block in use that `alloc` returned as `address`. */
  private used(what: string, address: number): number {
    const block = address / UNIT
    const { words, start, end } = this
    if (Number.isInteger(block) && block >= start && block < end && words[this.word(block) + NEXT] === USED)
      return block
    throw new RangeError(`${what}: address: ${address} is not that of a block in use`)
  }

  private word(block: number): number {
    return block * (UNIT / 4) - HEADER / 4
  }

  private listOf(size: number): number {
    if (size < FINE) return size
    const coarse = 31 - Math.clz32(size)
    return (coarse - FINE_BITS + 1) * FINE + ((size >>> (coarse - FINE_BITS)) & (FINE - 1))
  }

  /** Removes and returns a free block of at least `units`, or 0. */
  private take(units: number): number {
    // Rounded up to the next list, whose every block is large enough.
    const rounded = units < FINE ? units : units + (1 << (31 - Math.clz32(units) - FINE_BITS)) - 1
    const list = this.listOf(rounded)
    let coarse = list >>> FINE_BITS
    let fine = this.fineMap[coarse] & (-1 << (list & (FINE - 1)))
    if (fine === 0) {
      const map = coarse + 1 >= 32 ? 0 : this.coarseMap[0] & (-1 << (coarse + 1))
      if (map === 0) return 0
      coarse = 31 - Math.clz32(map & -map)
      fine = this.fineMap[coarse]
    }
    const block = this.heads[(coarse << FINE_BITS) + (31 - Math.clz32(fine & -fine))]
    this.unlink(block)
    return block
  }

  private unlink(block: number): void {
    const at = this.word(block)
    const list = this.listOf(this.words[at + SIZE])
    const next = this.words[at + NEXT]
    const before = this.words[at + BACK]
    if (before !== 0) this.words[this.word(before) + NEXT] = next
    else {
      this.heads[list] = next
      if (next === 0) {
        this.fineMap[list >>> FINE_BITS] &= ~(1 << (list & (FINE - 1)))
        if (this.fineMap[list >>> FINE_BITS] === 0) this.coarseMap[0] &= ~(1 << (list >>> FINE_BITS))
      }
    }
    if (next !== 0) this.words[this.word(next) + BACK] = before
  }

  /** Makes [block, block + size) one free block. */
  private release(block: number, size: number): void {
    const at = this.word(block)
    const list = this.listOf(size)
    const first = this.heads[list]
    this.words[at + SIZE] = size
    this.words[at + NEXT] = first
    this.words[at + BACK] = 0
    if (first !== 0) this.words[this.word(first) + BACK] = block
    this.heads[list] = block
    this.fineMap[list >>> FINE_BITS] |= 1 << (list & (FINE - 1))
    this.coarseMap[0] |= 1 << (list >>> FINE_BITS)
    const next = block + size
    if (next < this.end) this.words[this.word(next) + PREVIOUS] = block
    else this.lastBlock = block
  }

  /** Cuts a block that is in no list down to `units`, and frees the rest. */
  private split(block: number, units: number): void {
    const at = this.word(block)
    const rest = this.words[at + SIZE] - units
    if (rest <= 0) return
    this.words[at + SIZE] = units
    this.words[this.word(block + units) + PREVIOUS] = block
    this.release(block + units, rest)
  }

  /** Gives a free block of at least `units`, in no list, or 0 where the memory can not grow as much. */
  private grow(units: number): number {
    const size = this.memory.buffer.byteLength
    const lastIsFree = this.lastBlock !== 0 && this.words[this.word(this.lastBlock) + NEXT] !== USED
    const atEnd = lastIsFree ? this.words[this.word(this.lastBlock) + SIZE] : 0
    const needed = (units - atEnd) * UNIT + UNIT
    const pages = (n: number) => Math.ceil(n / PAGE)
    const room = Math.floor((this.limit - size) / PAGE)
    if (pages(needed) > room) return 0
    // A quarter more than there is, so that growing stays rare.
    const wanted = Math.min(room, Math.max(pages(needed), pages(size / 4)))
    try {
      this.memory.grow(wanted)
    } catch {
      try {
        this.memory.grow(pages(needed))
      } catch {
        return 0
      }
    }
    this.words = new Int32Array(this.memory.buffer)
    this.extend()
    this.onGrow()
    const block = this.lastBlock
    this.unlink(block)
    return block
  }

  /** Takes the memory behind `end` into the heap. */
  private extend(): void {
    // The last unit of the memory holds no header of a block behind it.
    const end = Math.floor(Math.min(this.memory.buffer.byteLength, HIGHEST) / UNIT)
    const size = end - this.end
    if (size <= 0) return
    const block = this.end
    const last = this.lastBlock
    this.end = end
    this.words[this.word(block) + PREVIOUS] = last
    if (last !== 0 && this.words[this.word(last) + NEXT] !== USED) {
      this.unlink(last)
      this.release(last, this.words[this.word(last) + SIZE] + size)
    } else this.release(block, size)
  }
}
