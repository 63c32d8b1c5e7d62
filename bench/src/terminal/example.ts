import type * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Terminal } from './terminal.ts'

/**
 * What an example module exports, so that `npm start` can run it and measure its model:
 * `export const example: Example`. Run by itself (`node packages/cnn/examples/digits.ts [--quick]`) it ends with
 * `await main(import.meta, example)` of main.ts.
 */
export interface Example {
  /** 'CNN' */
  name: string
  /** What it learns from what, in one line: '10,000 handwritten digits to their class'. */
  about: string
  /** Trains and tests. Prints through `terminal` only. */
  run(options: RunOptions): Promise<Outcome>
  workload: Workload
}

export interface RunOptions {
  /** A few seconds of training on part of the data; the result is not judged. */
  quick: boolean
  terminal: Terminal
}

export interface Outcome {
  /** 'test accuracy at least 97.5 %' */
  requirement: string
  /** '98.4 %' */
  result: string
  reached: boolean
}

/** The model that the table of latencies compares, in two forms with the same weights in the same order. */
export interface Workload {
  /** As the package builds it. */
  build(options?: { accelerate?: boolean }): LayersModel
  /** The same network out of stock tfjs layers (and of tf ops in a tf.layers.Layer where there is no stock layer). */
  stock(): LayersModel
  compile: { optimizer: string; loss: string }
  /** One batch of real or random data, the same at each call; x for predict, both for a train step. */
  batch(): { x: tf.Tensor; y: tf.Tensor }
}
