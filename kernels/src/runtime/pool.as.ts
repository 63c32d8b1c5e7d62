import { runRange } from '../generated/index.as'

// The control block; mirrored in pool.ts. What many threads write at once has a cache line of its own.
/** Chunks of the current command that nobody has asked for yet, or less than 1. A sleeping worker waits here. */
const LEFT: usize = 0
/** Chunks that are not finished. The main thread waits here. */
const PENDING: usize = 64
const COMMAND: usize = 128
const QUIT: usize = 132
const WORKERS: usize = 136
const ASLEEP: usize = 192
/** Workers that trapped. */
const FAILED: usize = 196
/** Whether the main thread sleeps. */
const WAITING: usize = 200

/** From here on, for each thread in a cache line of its own: how many of its chunks nobody has taken yet. */
const SHARES: usize = 256
const SHARE_SHIFT: usize = 6

/**
 * How often a thread looks again before it sleeps: some 500 us. Sleeping and waking cost 50 us, and between two kernels, or two
 * predictions of a small model, TensorFlow.js takes some 100.
 */
const SPINS: i32 = 400000
/** What it costs to wake a worker pays when this many nanoseconds of work could have been shared. */
const WAKE_NS: i32 = 100000

/** The main thread's pool; 0 with one thread. */
let pool: usize = 0
/** Nanoseconds of work that came while too few workers were awake, since the last waking. */
let missed: i32 = 0
/** Which of the pool's threads this is; the main one is 0. */
let self: i32 = 0

export function setPool(control: usize): void {
  pool = control
  missed = 0
}

/** Runs a command. False: all of it is taken, but other threads have not finished their part within a short wait. */
export function run(cmd: usize): bool {
  const chunks = load<i32>(cmd, 8)
  if (chunks > 1 && pool) return share(cmd, chunks)
  runRange(cmd, 0, load<i32>(cmd, 4))
  return true
}

/**
 * Runs the commands `first` to `count` - 1 of those whose addresses lie at `list`. Returns `count`, or the number of the
 * command for which others must be waited for (see {@link run}) before the next one may run.
 */
export function runTape(list: usize, first: i32, count: i32): i32 {
  for (let i = first; i < count; i++) if (!run(load<usize>(list + (<usize>i << 2)))) return i
  return count
}

/**
 * As {@link run}, in chunks. Each thread has its share of them, always the same part of a command: what it writes it finds in its own
 * cache when it reads it for the next command. Who is finished takes of the others' shares.
 */
function share(cmd: usize, chunks: i32): bool {
  const control = pool
  const asleep = atomic.load<i32>(control, ASLEEP)
  const workers = load<i32>(control, WORKERS)
  const awake = workers - asleep
  let wake = 0
  if (awake < chunks - 1) {
    missed = min(missed, WAKE_NS) + load<i32>(cmd, 12)
    if (missed >= WAKE_NS) {
      wake = min(asleep, chunks - 1 - awake)
      missed = 0
    } else if (awake <= 0) {
      runRange(cmd, 0, load<i32>(cmd, 4))
      return true
    }
  }
  store<usize>(control, cmd, COMMAND)
  // Its last chunk is the one that this thread begins with.
  const own = firstChunk(chunks, workers, 1) - 1
  store<i32>(control, own, SHARES)
  for (let thread = 1, first = own + 1; thread <= workers; thread++) {
    const next = firstChunk(chunks, workers, thread + 1)
    store<i32>(control + (<usize>thread << SHARE_SHIFT), next - first, SHARES)
    first = next
  }
  atomic.store<i32>(control, chunks, PENDING)
  atomic.store<i32>(control, chunks - 1, LEFT)
  if (wake > 0) atomic.notify(control + LEFT, wake)
  runChunk(cmd, own)
  atomic.sub<i32>(control, 1, PENDING)
  takeChunks(control)
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(control, PENDING) <= 0) break
  return atomic.load<i32>(control, PENDING) <= 0 && atomic.load<i32>(control, FAILED) == 0
}

function runChunk(cmd: usize, chunk: i32): void {
  const items = <i64>load<i32>(cmd, 4)
  const chunks = <i64>load<i32>(cmd, 8)
  runRange(cmd, <i32>(items * chunk / chunks), <i32>(items * (chunk + 1) / chunks))
}

/** The first chunk of a thread's share. Where chunks do not divide evenly the first threads, and so the main one, have more. */
function firstChunk(chunks: i32, workers: i32, thread: i32): i32 {
  return chunks - chunks * (workers + 1 - thread) / (workers + 1)
}

/**
 * Runs chunks until none is left. Who gets a number of `LEFT` above 0 may take a chunk of the current command, whatever that is: it can
 * not end, and so no other begin, before this chunk is finished. So nothing else needs to be known of it, and a thread
 * that comes late, or not at all, is not waited for.
 */
function takeChunks(control: usize): void {
  while (atomic.load<i32>(control, LEFT) > 0) {
    if (atomic.sub<i32>(control, 1, LEFT) < 1) return
    const cmd = load<usize>(control, COMMAND)
    runChunk(cmd, takeChunk(control, load<i32>(cmd, 8)))
    finishChunk(control)
  }
}

/** A chunk of this thread's share, from its last to its first; else of the next threads' shares. There is one: see `takeChunks`. */
function takeChunk(control: usize, chunks: i32): i32 {
  const workers = load<i32>(control, WORKERS)
  let thread = self
  let before = takeOf(control, thread)
  while (before <= 0) {
    thread = thread == workers ? 0 : thread + 1
    before = takeOf(control, thread)
  }
  return firstChunk(chunks, workers, thread) + before - 1
}

/** How many chunks of a share were left before one was taken; less than 1: none was. */
function takeOf(control: usize, thread: i32): i32 {
  const left = control + SHARES + (<usize>thread << SHARE_SHIFT)
  return atomic.load<i32>(left) > 0 ? atomic.sub<i32>(left, 1) : 0
}

function finishChunk(control: usize): void {
  if (atomic.sub<i32>(control, 1, PENDING) == 1 && atomic.load<i32>(control, WAITING))
    atomic.notify(control + PENDING, 1)
}

/** What a worker does until the pool ends: take chunks; when there are none, look again for a while, then sleep. */
export function serve(control: usize, thread: i32): void {
  self = thread
  for (;;) {
    takeChunks(control)
    let spins = SPINS
    while (atomic.load<i32>(control, LEFT) <= 0 && --spins > 0) {}
    if (spins > 0) continue
    // Counted as asleep before it looks for the last time: who puts work there looks at the count afterwards.
    atomic.add<i32>(control, 1, ASLEEP)
    const left = atomic.load<i32>(control, LEFT)
    if (left <= 0 && !atomic.load<i32>(control, QUIT)) atomic.wait<i32>(control + LEFT, left, -1)
    atomic.sub<i32>(control, 1, ASLEEP)
    if (atomic.load<i32>(control, QUIT)) return
  }
}

/** A worker's last word when a kernel trapped: nobody waits for its chunk. */
export function fail(control: usize): void {
  atomic.add<i32>(control, 1, FAILED)
  finishChunk(control)
}
