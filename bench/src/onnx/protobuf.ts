/** A part of a message as bytes on the wire; large arrays are not copied until the whole is put together. */
export type Wire = readonly Uint8Array[]

const VARINT = 0
const BYTES = 2
const FIXED32 = 5

/** 7 bits to a byte, the lowest first; a negative number as the 64-bit one of the same bits. */
function varint(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  return [...bytes, Number(rest)]
}

const size = (wire: Wire) => wire.reduce((sum, { length }) => sum + length, 0)

/** A repeated number is a field for each. */
export function ints(field: number, values: readonly number[]): Wire {
  return values.map((value) => Uint8Array.from([...varint((field << 3) | VARINT), ...varint(value)]))
}

export function int(field: number, value: number): Wire {
  return ints(field, [value])
}

export function float(field: number, value: number): Wire {
  return [Uint8Array.from(varint((field << 3) | FIXED32)), new Uint8Array(Float32Array.of(value).buffer)]
}

export function bytes(field: number, content: Uint8Array): Wire {
  return message(field, [content])
}

export function text(field: number, content: string): Wire {
  return bytes(field, new TextEncoder().encode(content))
}

export function message(field: number, ...parts: Wire[]): Wire {
  const content = parts.flat()
  return [Uint8Array.from([...varint((field << 3) | BYTES), ...varint(size(content))]), ...content]
}

export function together(...parts: Wire[]): Uint8Array {
  const wire = parts.flat()
  const all = new Uint8Array(size(wire))
  let at = 0
  for (const part of wire) {
    all.set(part, at)
    at += part.length
  }
  return all
}
