import type { Layout } from './layout.ts'

/**
 * A piece of memory as a recorded function sees it.
 *
 * - `made`: by the commands themselves, anew in each replay.
 * - `input`: what the caller puts there before each replay.
 * - `constant`: `stores` says what; never written by a command.
 * - `outside`: memory that belongs to others, as weights do. Where it lies may change between replays.
 */
export class Buffer {
  readonly kind: 'made' | 'input' | 'constant' | 'outside'
  readonly bytes: number
  /** What JavaScript wrote: byte offsets and bytes. */
  readonly stores: { offset: number; bytes: Uint8Array }[] = []
  /** Where it lies in wasm memory, once the tape is laid out. */
  address = 0

  constructor(kind: Buffer['kind'], bytes: number) {
    this.kind = kind
    this.bytes = bytes
  }
}

/** An address in a command: `word` of its block is the address of `buffer` plus `offset` bytes. */
export interface Operand {
  readonly word: number
  readonly writes: boolean
  buffer: Buffer
  offset: number
}

export interface Command {
  readonly layout: Layout
  /** The block, header included; the words of addresses are yet to be filled in. */
  readonly words: Int32Array
  readonly operands: Operand[]
  /** Of a chain: the commands that it runs, whose operands are its own. */
  readonly members?: readonly Command[]
}

/** A recorded function, on its way to a tape. */
export interface Program {
  commands: Command[]
  /** What is read when the commands have run. What they write to outside buffers stays in any case. */
  readonly results: ReadonlySet<Buffer>
}

/** The operand that is the field `name`, if it is present. */
export function operandOf({ layout, operands }: Command, name: string): Operand | undefined {
  const word = layout.word[name]
  return operands.find((operand) => operand.word === word)
}
