/** Where an encoder of `generated/commands.ts` writes a command, and what happens to it then. */
export interface Executor {
  /** The whole memory, as words. Replaced when the memory grows: read it after `begin`. */
  i32: Int32Array
  f32: Float32Array
  /** Threads that the commands run on, this one included. */
  readonly threads: number
  /** Reserves a block of `words` words, writes its header, and returns the index of its first word. */
  begin(kernel: number, items: number, words: number): number
  /** With several threads: says that the block's work takes one core about `nanoseconds`, so that it can be shared out. */
  share(at: number, nanoseconds: number): void
  /** Runs (or records) the block that `begin` returned. */
  end(at: number): void
}
