/** A piece of work as one engine is about to run it. */
export interface Prepared {
  /** One run. Whatever it makes is gone when it returns or resolves. */
  run(): void | Promise<void>
  /** Runs for so long, at least once, in place of this process: the work is prepared in another one. */
  repeat?(ms: number): Promise<Repeated>
  /** The numbers that all engines must agree on, from the same inputs and weights; asked once, before the first run. */
  output?(): Promise<ArrayLike<number>>
  dispose(): void | Promise<void>
}

/** Milliseconds of one run on the average, and of all of them. */
export interface Repeated {
  ms: number
  spent: number
}

export interface Named {
  /** 'matmul 512', 'CNN predict 32' */
  name: string
  /** Floating-point operations of one run, a multiply and an add counting as two. */
  flops?: number
  /** Bytes read and written in one run. */
  bytes?: number
}

/** What a workload is to reach: how many times as fast as a peer, at least, and how much of a core's peak. */
export interface Target {
  /** In 128-bit operations. */
  narrow?: number
  /** In 256-bit operations. */
  wide?: number
}

/** One row of a table of latencies: the same work, in the form that each kind of engine takes. */
export interface Workload extends Named {
  /** For a TensorFlow.js backend, which is the current one while this runs; `native` says that it is `lanewise`. */
  tfjs(native: boolean): Promise<Prepared>
  /** As a captured step of `lanewise`, on typed arrays; absent where nobody asks for it. */
  captured?(): Promise<Prepared>
  /** For ONNX Runtime; absent where it has no such thing. */
  onnx?(): Promise<OnnxWork>
  /** Not for an engine that is not made for speed, whatever its operations are. */
  long?: boolean
  /** Of so much JavaScript that it takes longer to warm up. */
  model?: boolean
  /** By the peer's name; `peak` is the share of the peak of the same width. */
  targets?: Partial<Record<'tfjs-wasm' | 'tfjs-cpu' | 'onnxruntime-web' | 'peak', Target>>
}

/** Work as a model that holds its own input. */
export interface OnnxWork {
  model: Uint8Array
  /** The output to compare, and how it becomes the numbers that TensorFlow.js gives. */
  output: string
  restore?(values: Float32Array): Float32Array
  /** The output to ask for when timed: as large as what is read of other engines. */
  timed: string
}
