/** Where an encoder of `generated/commands.ts` writes a command, and what happens to it then. */
export interface Executor {
  /** The whole memory, as words. Replaced when the memory grows: read it after `begin`. */
  i32: Int32Array
  f32: Float32Array
  /** Reserves a block of `words` words, writes its header, and returns the index of its first word. */
  begin(kernel: number, items: number, words: number): number
  /** Runs (or records) the block that `begin` returned. */
  end(at: number): void
}
