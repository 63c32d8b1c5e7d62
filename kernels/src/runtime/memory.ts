const PAGE = 65536
const INITIAL_PAGES = 256
const MAXIMUM_PAGES = 65536

export const SMALLEST_MEMORY = INITIAL_PAGES * PAGE
export const LARGEST_MEMORY = MAXIMUM_PAGES * PAGE

/** The bytes of discarded memories that an engine is told of at once: garbage collection has its price, too. */
const LEAST_TOLD = 64 << 20
const MOST_TOLD = 1 << 30
let untold = 0

/**
 * Memories of runtimes that were disposed, until the engine takes them. An engine that sees no need to collect garbage
 * (a shared memory counts nothing in V8's eyes) would let those of a program that makes and disposes many pile up.
 */
const disposed = new Map<string, WeakRef<WebAssembly.Memory>[]>()

/**
 * A memory that may grow to `limit` bytes, or to less where the engine has no address space left for so many: then the second result
 * is less than `limit`. `kind` says whose memory may be used again: constant data of the same module lies in it already.
 */
export function obtainMemory(
  kind: string,
  shared: boolean,
  limit: number,
): [memory: WebAssembly.Memory, limit: number] {
  const known = disposed.get(kind) ?? []
  for (let i = known.length - 1; i >= 0; i--) {
    const memory = known[i].deref()
    if (memory !== undefined && memory.buffer.byteLength > limit) continue
    known.splice(i, 1)
    if (memory === undefined) continue
    untold = Math.max(0, untold - memory.buffer.byteLength)
    return [memory, Math.min(limit, maximumOf(memory))]
  }
  for (let maximum = MAXIMUM_PAGES; ; maximum /= 2) {
    try {
      const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared })
      maxima.set(memory, maximum * PAGE)
      return [memory, Math.min(limit, maximum * PAGE)]
    } catch (error) {
      if (!(error instanceof RangeError) || maximum <= INITIAL_PAGES) throw error
    }
  }
}

/** Takes a memory that nobody uses any more: the next one of its kind may get it, unless the engine frees it before. */
export function discardMemory(kind: string, memory: WebAssembly.Memory): void {
  const known = disposed.get(kind) ?? []
  disposed.set(kind, known)
  known.push(new WeakRef(memory))
  tellOfGarbage(memory.buffer.byteLength)
}

const maxima = new WeakMap<WebAssembly.Memory, number>()

function maximumOf(memory: WebAssembly.Memory): number {
  return maxima.get(memory) as number
}

/**
 * V8 counts the bytes of ordinary array buffers, not of shared memories, when it decides whether to collect. A buffer of as
 * many bytes that is garbage at once, and whose pages are never touched, makes up for that.
 */
function tellOfGarbage(bytes: number): void {
  untold += bytes
  if (untold < LEAST_TOLD) return
  try {
    new ArrayBuffer(Math.min(untold, MOST_TOLD))
    untold = 0
  } catch {
    // So short of memory, the engine collects anyway.
  }
}
