/** A piece of work as one engine is about to run it. */
export interface Prepared {
  /** One run. Whatever it makes is gone when it returns or resolves. */
  run(): void | Promise<void>
  /** The numbers that all engines must agree on, from the same inputs and weights; asked once, before the first run. */
  output?(): Promise<ArrayLike<number>>
  dispose(): void
}

export interface Named {
  /** 'matmul 512', 'CNN predict 32' */
  name: string
  /** Floating-point operations of one run, a multiply and an add counting as two. */
  flops?: number
  /** Bytes read and written in one run. */
  bytes?: number
}

/** One row of a table of latencies: the same work, in the form that each kind of engine takes. */
export interface Workload extends Named {
  /** For a TensorFlow.js backend, which is the current one while this runs; `native` says that it is `lanewise`. */
  tfjs(native: boolean): Promise<Prepared>
}
