/**
 * The type of one field of a command block.
 *
 * - `ptr`: a byte address in wasm memory, of what the kernel reads and does not write; `0` means absent.
 * - `out`: likewise, of what it writes, whether it reads it or not.
 * - `i32`, `f32`: a number.
 * - `size`: an i32 that the kernel takes for unsigned: a count, or a stride or offset that is not negative.
 * - `i32xN`: N consecutive i32, for shapes and strides.
 */
export type FieldType = 'ptr' | 'out' | 'size' | 'i32' | 'f32' | `i32x${number}`

/** What an encoder takes for fields of these types. */
export type FieldValues<F extends Record<string, FieldType>> = {
  [Name in keyof F]: F[Name] extends `i32x${number}` ? ArrayLike<number> : number
}

export interface CommandFamily<F extends Record<string, FieldType> = Record<string, FieldType>> {
  /** What the kernels of the family have in common; names the encoder (`run` + name) and the accessor class (name + `Cmd`). */
  readonly name: string
  /** The exported AssemblyScript functions of `<folder>.as.ts` that take this command. */
  readonly kernels: readonly string[]
  readonly fields: F
  /**
   * About how many nanoseconds one item takes on one core. Decides whether sharing a command pays, and how many chunks are
   * made of it; within a factor of 3 is good enough.
   */
  readonly work: (fields: FieldValues<F>, kernel: string, items: number) => number
}

/**
 * Declares a family of kernels that read the same command block: its fields are declared here and nowhere else.
 * `build/build.ts` makes the TypeScript encoder (`generated/commands.ts`) and the AssemblyScript accessor
 * (`generated/commands.as.ts`) from this declaration. A folder's `command.ts` exports one or more families.
 */
export function family<const F extends Record<string, FieldType>>(
  name: string,
  kernels: readonly string[],
  fields: F,
  work: (fields: FieldValues<F>, kernel: string, items: number) => number,
): CommandFamily<F> {
  return { name, kernels, fields, work }
}

/** Words before the first field: kernel id, number of work items, chunks that they are shared out in, work in nanoseconds. */
export const HEADER_WORDS = 4

export function fieldWords(type: FieldType): number {
  return type.startsWith('i32x') ? Number(type.slice(4)) : 1
}
