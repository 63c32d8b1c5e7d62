import { kernelIds } from '../../generated/commands.ts'
import { HEADER_WORDS } from '../../runtime/command.ts'
import { MOST_NS, shareOut } from '../../runtime/share.ts'
import { asElementwise, type Elementwise } from '../elementwise.ts'
import { layouts } from '../layout.ts'
import type { Buffer, Command, Program } from '../program.ts'

const MOST_MEMBERS = 32

/**
 * Makes one command of neighbours that work element by element on as many elements: all of them then run on a block of 1,024
 * elements before the next, so that what one writes and another reads stays in the first-level cache.
 */
export function chainElementwise(program: Program, threads: number): void {
  const out: Command[] = []
  let chain: Chain | undefined
  const close = () => {
    if (chain !== undefined) out.push(...chain.finish(threads))
    chain = undefined
  }
  for (const command of program.commands) {
    const result = asElementwise(command)
    // One item has nothing to gain.
    if (result === undefined || command.words[1] < 2) {
      close()
      out.push(command)
    } else if (chain === undefined || !chain.add(command, result)) {
      close()
      chain = new Chain(command, result)
    }
  }
  close()
  program.commands = out
}

class Chain {
  private readonly members: Command[] = []
  private readonly n: number
  /** Buffers that members write; all of them along. */
  private readonly written = new Set<Buffer>()
  /** Buffers that members read otherwise than along. */
  private readonly spread = new Set<Buffer>()
  private readonly offsets = new Map<Buffer, number>()

  constructor(command: Command, result: Elementwise) {
    this.n = result.n
    this.add(command, result)
  }

  /** False where the command has to wait until the chain has ended. */
  add(command: Command, { n, y, along }: Elementwise): boolean {
    if (n !== this.n || this.members.length === MOST_MEMBERS || this.spread.has(y.buffer)) return false
    for (const operand of command.operands) {
      const { buffer, offset } = operand
      const isAlong = operand === y || along.includes(operand)
      if (!isAlong && (this.written.has(buffer) || buffer === y.buffer)) return false
      if (isAlong && (this.offsets.get(buffer) ?? offset) !== offset) return false
    }
    for (const operand of command.operands) {
      if (operand === y || along.includes(operand)) this.offsets.set(operand.buffer, operand.offset)
      else this.spread.add(operand.buffer)
    }
    this.written.add(y.buffer)
    this.members.push(command)
    return true
  }

  finish(threads: number): Command[] {
    const { members } = this
    if (members.length === 1) return members
    const id = kernelIds.chain
    const words = new Int32Array(HEADER_WORDS + 2)
    words[0] = id
    words[1] = members[0].words[1]
    words[2] = 1
    words[layouts[id].word.count] = members.length
    const nanoseconds = members.reduce((sum, { words }) => sum + words[3], 0)
    if (threads > 1) shareOut(words, 0, Math.min(nanoseconds, MOST_NS), threads)
    return [{ layout: layouts[id], words, operands: members.flatMap(({ operands }) => operands), members }]
  }
}
