import { Buffer } from './program.ts'

/** Bytes between two buffers: an address at the end of one is not in the next. */
const GAP = 64
const END = 2 ** 32

interface Slot {
  readonly base: number
  readonly capacity: number
  buffer: Buffer | undefined
}

/**
 * Addresses without memory behind them: where a recorded function believes that its tensors lie. Those of buffers that
 * it has freed are given out again, so a function may use more than 4 GB, though not at once.
 */
export class Space {
  /** By base. */
  private readonly slots: Slot[] = []
  private readonly free = new Map<number, Slot[]>()
  private top = GAP

  /** The address of a new buffer. */
  alloc(kind: Buffer['kind'], bytes: number): number {
    const capacity = Math.ceil(bytes / GAP) * GAP + GAP
    let slot = this.free.get(capacity)?.pop()
    if (slot === undefined && this.top + capacity <= END) {
      slot = { base: this.top, capacity, buffer: undefined }
      this.top += capacity
      this.slots.push(slot)
    }
    slot ??= this.larger(capacity)
    if (slot === undefined) throw new RangeError('capture: the function uses more than 4 GB at once')
    slot.buffer = new Buffer(kind, bytes)
    return slot.base
  }

  release(address: number): void {
    const slot = this.slotOf(address)
    slot.buffer = undefined
    const free = this.free.get(slot.capacity)
    if (free === undefined) this.free.set(slot.capacity, [slot])
    else free.push(slot)
  }

  /** The buffer that an address lies in, and how many bytes from its beginning. */
  find(address: number): { buffer: Buffer; offset: number } {
    const slot = this.slotOf(address)
    if (slot.buffer === undefined) throw new RangeError(`capture: address ${address} was freed`)
    return { buffer: slot.buffer, offset: address - slot.base }
  }

  private larger(capacity: number): Slot | undefined {
    for (const [size, free] of this.free) if (size > capacity && free.length > 0) return free.pop()
    return undefined
  }

  private slotOf(address: number): Slot {
    const { slots } = this
    let low = 0
    let high = slots.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (slots[middle].base <= address) low = middle + 1
      else high = middle
    }
    const slot = slots[low - 1]
    if (slot === undefined || address >= slot.base + slot.capacity)
      throw new RangeError(`capture: address ${address} is not one that was recorded`)
    return slot
  }
}
