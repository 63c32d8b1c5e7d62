/** Thrown when wasm memory can not hold what was asked; what was allocated before stays intact. */
export class OutOfMemoryError extends Error {
  override readonly name = 'OutOfMemoryError'
  /** Bytes that were asked for. */
  readonly requested: number
  /** Bytes in use when they were asked for. */
  readonly inUse: number
  /** The most that this memory may grow to, in bytes. */
  readonly limit: number

  constructor(requested: number, inUse: number, limit: number) {
    super(`Out of wasm memory: ${requested} bytes asked, ${inUse} bytes in use, limit ${limit} bytes`)
    this.requested = requested
    this.inUse = inUse
    this.limit = limit
    // V8 keeps all that the frames refer to, the memory among it, until the stack is asked for.
    void this.stack
  }
}
