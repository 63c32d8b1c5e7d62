import { checkOptions } from '../capture/capture.ts'
import { show } from '../show.ts'
import type { Doubts } from './doubts.ts'
import { accelerateGraphModel, isGraphModel } from './graphModel.ts'
import { accelerateLayersModel, isLayersModel, type LayersModel } from './layersModel.ts'
import { type AccelerateOptions, LIMIT, type Policy, type Steps } from './steps.ts'

/** What `acceleration` tells of a model. */
export interface Acceleration {
  /**
   * `automatic` where a package built the model so, `asked` after `accelerate(model)`, `off` where it runs kernel by kernel:
   * `configure({ accelerate: false })` and other backends are not considered.
   */
  mode: 'automatic' | 'asked' | 'off'
  /** Steps that are held now, one for each shape, and their bytes of wasm memory. */
  steps: number
  bytes: number
  /** Why something runs kernel by kernel, for each of the model's functions that was tried in vain. */
  reasons: string[]
}

interface Accelerated {
  readonly policy: Policy
  readonly steps: () => readonly Steps[]
}

const accelerated = new WeakMap<object, Accelerated>()

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
 *
 * Models that the packages build do so by themselves, more carefully: see `automate`. For one of these, this captures at first use,
 * with all passes, and with losses, metrics and layers of the caller's, too.
 */
export function accelerate<M extends object>(model: M, options: AccelerateOptions = {}): M {
  checkOptions('accelerate', options, ['limit'])
  const { limit = LIMIT, ...capture } = options
  if (!Number.isInteger(limit) || limit < 1)
    throw new TypeError(`accelerate: limit: ${show(limit)} is not a whole number, 1 or more`)
  if (typeof model !== 'object' || model === null || !(isLayersModel(model) || isGraphModel(model)))
    throw new TypeError(`accelerate: model: expected a tf.LayersModel or a tf.GraphModel, got ${show(model)}`)
  const known = accelerated.get(model)
  if (known !== undefined && !known.policy.automatic) return model
  let warned = false
  const warn = (reason: string) => {
    if (warned) return
    warned = true
    console.warn(`lanewise: accelerate: not captured, so it runs kernel by kernel: ${reason}`)
  }
  const policy: Policy = { automatic: false, limit, capture, warn }
  if (known !== undefined) {
    Object.assign(known.policy, policy)
    for (const steps of known.steps()) steps.clear()
  } else if (isLayersModel(model)) accelerated.set(model, { policy, steps: accelerateLayersModel(model, policy) })
  else accelerated.set(model, { policy, steps: accelerateGraphModel(model, policy) })
  return model
}

/** So that nothing is rounded otherwise than without replays. */
const EXACT = { passes: { lean: false, fuse: false } }

/**
 * As `accelerate`, for a model whose owner did not ask for it, so that nothing but time and memory may tell: a shape is captured
 * when it has come several times; only what surely does the same each time, for which `doubts` stands; nothing is rounded
 * otherwise; no warning; and the memory is given back before there is too little.
 */
export function automate(model: LayersModel, doubts: Doubts): void {
  const policy: Policy = { automatic: true, limit: LIMIT, capture: EXACT, warn: () => {} }
  accelerated.set(model, { policy, steps: accelerateLayersModel(model, policy, doubts) })
}

/** How a model is accelerated: whether by itself, what it holds, and why something is not captured. */
export function acceleration(model: object): Acceleration {
  if (typeof model !== 'object' || model === null)
    throw new TypeError(`acceleration: model: expected a model, got ${show(model)}`)
  const known = accelerated.get(model)
  if (known === undefined) return { mode: 'off', steps: 0, bytes: 0, reasons: [] }
  const all = known.steps()
  return {
    mode: known.policy.automatic ? 'automatic' : 'asked',
    steps: all.reduce((sum, { size }) => sum + size, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    reasons: all.flatMap(({ reason }) => reason ?? []),
  }
}
