import type { Buffer, Command } from './program.ts'

const LINE = 64

/**
 * Where buffers go in a common piece of memory, such that those that are in use at the same time do not overlap: the
 * largest first, each at the lowest place that is free while it lives. `lives`: the first and the last command that
 * touch it. Returns the bytes that all of it takes.
 */
export function layOut(lives: ReadonlyMap<Buffer, readonly [first: number, last: number]>): {
  bytes: number
  offsets: Map<Buffer, number>
} {
  const offsets = new Map<Buffer, number>()
  const placed: { from: number; to: number; first: number; last: number }[] = []
  let bytes = 0
  const bySize = [...lives].sort(([a], [b]) => b.bytes - a.bytes)
  for (const [buffer, [first, last]] of bySize) {
    const size = roundUp(buffer.bytes)
    let at = 0
    // `placed` is in the order of `from`.
    for (const other of placed) {
      if (other.last < first || other.first > last || other.to <= at) continue
      if (other.from >= at + size) break
      at = other.to
    }
    offsets.set(buffer, at)
    const entry = { from: at, to: at + size, first, last }
    let index = placed.length
    while (index > 0 && placed[index - 1].from > at) index--
    placed.splice(index, 0, entry)
    bytes = Math.max(bytes, entry.to)
  }
  return { bytes, offsets }
}

/** The first and the last of the commands that touch each buffer for which `counts`. */
export function livesOf(
  commands: readonly Command[],
  counts: (buffer: Buffer) => boolean,
): Map<Buffer, [first: number, last: number]> {
  const lives = new Map<Buffer, [number, number]>()
  for (const [i, { operands }] of commands.entries())
    for (const { buffer } of operands) {
      if (!counts(buffer)) continue
      const life = lives.get(buffer)
      if (life === undefined) lives.set(buffer, [i, i])
      else life[1] = i
    }
  return lives
}

export function roundUp(bytes: number): number {
  return Math.ceil(Math.max(bytes, 1) / LINE) * LINE
}
