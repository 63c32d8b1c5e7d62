import { runPad } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { refuseArguments } from '../runtime/fields.ts'

/** Dimensions that a command holds, the row included. */
const RANK = 6

const fields = {
  x: 0,
  y: 0,
  row: 0,
  before: 0,
  inside: 0,
  pattern: 0,
  rank: 0,
  size: new Int32Array(RANK),
  low: new Int32Array(RANK),
  from: new Int32Array(RANK),
}

const word = new DataView(new ArrayBuffer(4))

/** The 4 bytes that fill memory with `value`, an element of 1 byte, an int32 or a float32. */
export function fillPattern(value: number, type: 'u8' | 'i32' | 'f32'): number {
  if (type === 'f32') word.setFloat32(0, value)
  else if (type === 'i32') word.setInt32(0, value)
  else word.setInt32(0, (value & 255) * 0x01010101)
  return word.getInt32(0)
}

/**
 * y = x of `shape` with paddings[d][0] elements of `pattern` before it and paddings[d][1] behind it in each dimension d.
 * `x` and `y` are the addresses of elements of 1 or 4 bytes; they do not overlap. At most 6 dimensions, those without padding
 * merged into the one outside of them.
 */
export function pad(
  exec: Executor,
  x: number,
  y: number,
  shape: readonly number[],
  paddings: readonly (readonly [number, number])[],
  elementBytes: number,
  pattern: number,
): void {
  if (!(exec && shape && paddings)) refuseArguments('pad', { exec, shape, paddings })
  if (shape.length !== paddings.length)
    throw new RangeError(`pad: paddings: ${paddings.length} pairs for ${shape.length} dimensions`)
  const { size, low, from } = fields
  let d = -1
  for (let i = 0; i < shape.length; i++) {
    const [before, behind] = paddings[i]
    const whole = before + shape[i] + behind
    if (d >= 0 && before === 0 && behind === 0) {
      size[d] *= whole
      low[d] *= whole
      from[d] *= whole
      continue
    }
    if (++d >= RANK) throw new RangeError(`pad: more than ${RANK} dimensions of [${shape}] are padded`)
    size[d] = whole
    low[d] = before
    from[d] = shape[i]
  }
  if (d < 0) {
    d = 0
    size[0] = from[0] = 1
    low[0] = 0
  }
  let items = 1
  for (let i = 0; i < d; i++) items *= size[i]
  fields.x = x
  fields.y = y
  fields.row = size[d] * elementBytes
  fields.before = low[d] * elementBytes
  fields.inside = from[d] * elementBytes
  fields.pattern = pattern
  fields.rank = d
  runPad(exec, 'pad_rows', items, fields)
}
