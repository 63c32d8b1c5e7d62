import type { Runtime } from '../runtime/runtime.ts'
import { layOut, livesOf, roundUp } from './lifetimes.ts'
import { chainElementwise } from './passes/chain.ts'
import { dropDead } from './passes/dead.ts'
import { foldConstants } from './passes/fold.ts'
import { fuseEpilogues } from './passes/fuse.ts'
import { writeInPlace } from './passes/inPlace.ts'
import { readWeightsInPlace } from './passes/lean.ts'
import type { Buffer, Command, Program } from './program.ts'

/** What is done to a recorded function before it becomes a tape; all is done unless it is switched off. */
export interface Passes {
  /** Read weights where they lie instead of packed, where that costs little time: it saves as much memory, and changes roundings. */
  lean?: boolean
  /** Drop what nobody reads. */
  dead?: boolean
  /** Compute what depends on weights alone once, and again when a weight changes. */
  fold?: boolean
  /** Let products and convolutions normalize a batch and apply the activation that follow. */
  finish?: boolean
  /** Let them, where they finish, add the bias that follows, too: another rounding than eagerly. */
  fuse?: boolean
  /** Run neighbours that work element by element block by block, all on one block before the next. */
  chain?: boolean
  /** Let buffers that are not in use at the same time share memory, and write variables in place. */
  reuse?: boolean
}

/** Folded commands that belong together because one reads what another writes; they run again when any of `reads` has changed. */
interface Group {
  readonly commands: Command[]
  readonly reads: Set<Buffer>
  /** Address of the list of its commands. */
  list: number
  stale: boolean
}

/** A recorded function laid out in wasm memory: `run` replays it in one call. */
export class Tape {
  /** Bytes that it takes in wasm memory, what lies outside not counted. */
  readonly bytes: number
  /** Commands of a replay. */
  readonly length: number
  private readonly rt: Runtime
  private readonly arena: number
  private readonly list: number
  private readonly groups: Group[]
  /** For each buffer outside: the words that hold its address, and what is added to it. */
  private readonly patches = new Map<Buffer, { at: number; offset: number }[]>()
  private readonly placed = new Map<Buffer, number>()
  /** Whether a replay depends on what is put into its inputs. */
  readonly readsInputs: boolean
  private stale = true
  private disposed = false

  /** Throws `OutOfMemoryError` where there is no room for it. */
  constructor(rt: Runtime, recorded: Program, passes: Passes = {}) {
    const { lean = true, dead = true, fold = true, finish = true, fuse = true, chain = true, reuse = true } = passes
    this.rt = rt
    const program = copyOf(recorded)
    if (lean) readWeightsInPlace(program)
    if (dead) dropDead(program)
    const groups = fold ? groupsOf(foldConstants(program)) : []
    this.groups = groups
    if (finish) fuseEpilogues(program, fuse)
    const kept = keptBuffers(program, groups)
    if (reuse) writeInPlace(program, kept)
    if (chain) chainElementwise(program, rt.threads)
    const body = program.commands
    const commands = [...body, ...groups.flatMap((group) => group.commands)]

    const isInput = ({ kind }: Buffer) => kind === 'input'
    this.readsInputs =
      [...program.results].some(isInput) || body.some(({ operands }) => operands.some(({ buffer }) => isInput(buffer)))
    let persistent = 0
    const offsets = new Map<Buffer, number>()
    for (const buffer of kept) {
      offsets.set(buffer, persistent)
      persistent += roundUp(buffer.bytes)
    }
    const isFree = (buffer: Buffer) => (buffer.kind === 'made' || buffer.kind === 'input') && !kept.has(buffer)
    const last = body.length
    const bodyLives = livesOf(body, isFree)
    for (const buffer of program.results)
      if (isFree(buffer)) bodyLives.set(buffer, [bodyLives.get(buffer)?.[0] ?? 0, last])
    for (const life of bodyLives.values()) if (!reuse) [life[0], life[1]] = [-1, last]
    for (const [buffer, life] of bodyLives) if (buffer.kind === 'input') life[0] = -1
    let shared = 0
    for (const lives of [bodyLives, ...groups.map((group) => livesOf(group.commands, isFree))]) {
      const place = layOut(lives)
      for (const [buffer, offset] of place.offsets) offsets.set(buffer, persistent + offset)
      shared = Math.max(shared, place.bytes)
    }

    // A result may be what no command uses.
    for (const buffer of program.results) if (buffer.kind === 'outside') this.patches.set(buffer, [])

    const blocks = persistent + shared
    const words = wordsOf(commands)
    this.bytes = blocks + words * 4
    this.length = body.length
    this.arena = rt.heap.alloc(this.bytes)
    for (const [buffer, offset] of offsets) buffer.address = this.arena + offset
    for (const buffer of kept) for (const { offset, bytes } of buffer.stores) rt.store(buffer.address + offset, bytes)
    this.list = this.arena + blocks
    this.write(commands, this.list >>> 2)
    let at = this.list + body.length * 4
    for (const group of groups) {
      group.list = at
      at += group.commands.length * 4
    }
  }

  /** The buffers outside that it reads or writes, or that are results; each wants a place before the first replay. */
  get outside(): Iterable<Buffer> {
    return this.patches.keys()
  }

  /** Says where a buffer outside lies from now on. What depends on it alone is computed again. */
  place(buffer: Buffer, address: number): void {
    const patches = this.patches.get(buffer)
    if (patches === undefined || this.placed.get(buffer) === address) return
    const { i32 } = this.rt
    for (const { at, offset } of patches) i32[at] = address + offset
    this.placed.set(buffer, address)
    buffer.address = address
    this.touch(buffer)
  }

  /** Says that the content of a buffer outside has changed. */
  touch(buffer: Buffer): void {
    for (const group of this.groups)
      if (group.reads.has(buffer)) {
        group.stale = true
        this.stale = true
      }
  }

  /** Replays. What is put into inputs is put there between `prepare` and `run`. */
  run(): void {
    this.rt.runTape(this.list, this.length)
  }

  /** Computes what depends on weights alone, where that is not done; uses the memory of inputs. */
  prepare(): void {
    if (!this.stale) return
    for (const group of this.groups) {
      if (!group.stale) continue
      this.rt.runTape(group.list, group.commands.length)
      group.stale = false
    }
    this.stale = false
  }

  /** Gives the memory back. */
  dispose(): void {
    if (this.disposed) return
    this.disposed = true
    this.rt.heap.free(this.arena)
  }

  /** Writes, at word `entry`, the list of commands and behind it their blocks. Returns the word behind all of it. */
  private write(commands: readonly Command[], entry: number): number {
    const { i32 } = this.rt
    let at = entry + commands.length
    for (const [i, { layout, words, operands, members }] of commands.entries()) {
      i32[entry + i] = at << 2
      i32.set(words, at)
      const block = at
      at += words.length
      if (members !== undefined) {
        i32[block + layout.word.list] = at << 2
        at = this.write(members, at)
        continue
      }
      for (const { word, buffer, offset } of operands) {
        if (buffer.kind !== 'outside') {
          i32[block + word] = buffer.address + offset
          continue
        }
        const patches = this.patches.get(buffer)
        if (patches === undefined) this.patches.set(buffer, [{ at: block + word, offset }])
        else patches.push({ at: block + word, offset })
      }
    }
    return at
  }
}

/** The passes change commands. */
function copyOf({ commands, results }: Program): Program {
  const copy = ({ layout, words, operands }: Command): Command => ({
    layout,
    words: words.slice(),
    operands: operands.map((operand) => ({ ...operand })),
  })
  return { commands: commands.map(copy), results }
}

/** Words of the list and the blocks. */
function wordsOf(commands: readonly Command[]): number {
  return commands.reduce((sum, { words, members }) => sum + 1 + words.length + (members ? wordsOf(members) : 0), 0)
}

/** What must not be overwritten from one replay to the next. */
function keptBuffers(program: Program, groups: Group[]): Set<Buffer> {
  const kept = new Set<Buffer>()
  const isConstant = (buffer: Buffer) => buffer.kind === 'constant' || buffer.stores.length > 0
  const read = new Set<Buffer>(program.results)
  for (const { operands } of program.commands) for (const { buffer } of operands) read.add(buffer)
  for (const buffer of read) if (isConstant(buffer)) kept.add(buffer)
  for (const { commands } of groups)
    for (const { operands } of commands)
      for (const { buffer, writes } of operands)
        if (isConstant(buffer) || (writes && read.has(buffer))) kept.add(buffer)
  return kept
}

function groupsOf(commands: readonly Command[]): Group[] {
  // The group that a buffer belongs to, by way of the groups that it was merged into.
  const owner = new Map<Buffer, Group>()
  const merged = new Map<Group, Group>()
  const find = (group: Group): Group => {
    const other = merged.get(group)
    return other === undefined ? group : find(other)
  }
  const order = new Map<Command, number>()
  for (const [i, command] of commands.entries()) {
    order.set(command, i)
    let group: Group = { commands: [command], reads: new Set(), list: 0, stale: true }
    for (const { buffer } of command.operands) {
      if (buffer.kind === 'outside') group.reads.add(buffer)
      if (buffer.kind !== 'made' || buffer.stores.length > 0) continue
      const known = owner.get(buffer)
      const other = known && find(known)
      if (other !== undefined && other !== group) {
        other.commands.push(...group.commands)
        for (const read of group.reads) other.reads.add(read)
        merged.set(group, other)
        group = other
      }
      owner.set(buffer, group)
    }
  }
  const groups = new Set<Group>([...owner.values()].map(find))
  const at = (command: Command) => order.get(command) as number
  for (const group of groups) group.commands.sort((a, b) => at(a) - at(b))
  return [...groups]
}
