import { capture } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import type { Prepared } from '../measure/workload.ts'

interface Replaying extends Prepared {
  run(): void
  dispose(): void
}

/** A function of tensors, captured: each run puts all inputs in, and takes the result out. `held` is disposed with it, and `done` called. */
export function replaying(
  fn: (...inputs: tf.Tensor[]) => tf.Tensor,
  examples: tf.Tensor[],
  held: tf.Tensor[],
  done: () => void = () => {},
): Replaying {
  const step = capture(fn, examples)
  const inputs = examples.map((example) => example.dataSync() as Float32Array)
  const outputs = step.outputs.map(({ shape }) => new Float32Array(tf.util.sizeFromShape(shape)))
  const run = () => step.run(inputs, outputs)
  return {
    run,
    async output() {
      run()
      return outputs[0]
    },
    dispose() {
      step.dispose()
      tf.dispose(held)
      done()
    },
  }
}
