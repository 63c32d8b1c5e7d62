/** Work that takes one core less than this stays with the caller: sharing it costs about a microsecond. */
const LEAST_NS = 10_000
/** Work that a chunk is worth: taking one costs about 0.1 microseconds. */
const CHUNK_NS = 5_000
/** Chunks for each thread, at most. */
const CHUNKS_PER_THREAD = 32
/** Items for each thread, where there is a choice: the more, the less there is to wait for when one of them is late. */
const ITEMS_PER_THREAD = 8
/** The most that a header says. */
export const MOST_NS = 1e9

/**
 * Writes into the header of the command at word `at` in how many chunks its items are shared out: 1 keeps it with the caller.
 * It depends on nothing but the command and the number of threads.
 */
export function shareOut(i32: Int32Array, at: number, nanoseconds: number, threads: number): void {
  if (nanoseconds < LEAST_NS) return
  const worth = Math.min(Math.floor(nanoseconds / CHUNK_NS), threads * CHUNKS_PER_THREAD)
  // As many for each thread, where they are few: of 3 chunks one of two threads takes 2.
  i32[at + 2] = Math.min(i32[at + 1], Math.ceil(worth / threads) * threads)
  i32[at + 3] = Math.min(nanoseconds, MOST_NS)
}

interface Blocks {
  /** What is cut into blocks, and the size of a block with one thread. */
  size: number
  block: number
  /** The least that a smaller block may be, and what it is a multiple of. */
  least: number
  unit: number
  /** Items for each block, as in a batch; 1 by default. */
  times?: number
  /** What all of the work takes one core, about. */
  nanoseconds: number
}

/** The size of a block that gives each of several threads several items, where the work is enough to share. */
export function shareBlock(threads: number, { size, block, least, unit, times = 1, nanoseconds }: Blocks): number {
  if (threads === 1 || nanoseconds < LEAST_NS) return block
  const wanted = Math.ceil(Math.min(threads * ITEMS_PER_THREAD, nanoseconds / CHUNK_NS) / times)
  const smaller = Math.ceil(size / wanted / unit) * unit
  return Math.min(block, Math.max(smaller, least))
}
