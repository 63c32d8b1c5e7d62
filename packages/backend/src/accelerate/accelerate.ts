import { checkOptions } from '../capture/capture.ts'
import { show } from '../show.ts'
import { accelerateGraphModel, isGraphModel } from './graphModel.ts'
import { accelerateLayersModel, isLayersModel } from './layersModel.ts'
import type { AccelerateOptions } from './steps.ts'

const accelerated = new WeakSet<object>()

/**
 * Changes a `tf.LayersModel` (`predict`, `predictOnBatch`, `fit`, `fitDataset`, `trainOnBatch`, `evaluate`, `evaluateDataset`)
 * or a `tf.GraphModel` (`predict`, `execute`) to replay captured steps on the backend lanewise, one for each shape of a batch,
 * and returns it. All that is TensorFlow.js's own stays so: batches, callbacks, history, metrics, validation, class weights,
 * saving. On another backend, and where a function of the model can not be captured, the model runs as before; a warning
 * says why, once for each model.
 *
 * Weights are read where they lie, and the learning rate may change between steps. Compiling anew, another optimizer, other
 * numbers of it, and freezing or unfreezing weights are seen and captured anew. What layers, losses and metrics do in
 * JavaScript besides computing tensors happens while a step is captured, and not in its replays; `eagerly` runs them.
 * `model.dispose()` gives the memory of the steps back.
 */
export function accelerate<M extends object>(model: M, options: AccelerateOptions = {}): M {
  checkOptions('accelerate', options, ['limit'])
  const { limit = 1 } = options
  if (!Number.isInteger(limit) || limit < 1)
    throw new TypeError(`accelerate: limit: ${show(limit)} is not a whole number, 1 or more`)
  if (typeof model !== 'object' || model === null || !(isLayersModel(model) || isGraphModel(model)))
    throw new TypeError(`accelerate: model: expected a tf.LayersModel or a tf.GraphModel, got ${show(model)}`)
  if (accelerated.has(model)) return model
  accelerated.add(model)
  let warned = false
  const warn = (reason: string) => {
    if (warned) return
    warned = true
    console.warn(`lanewise: accelerate: not captured, so it runs kernel by kernel: ${reason}`)
  }
  if (isLayersModel(model)) accelerateLayersModel(model, options, warn)
  else accelerateGraphModel(model, options, warn)
  return model
}
