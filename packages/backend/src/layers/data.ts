import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { LanewiseBackend } from '../backend.ts'
import { show } from './options.ts'

/** Backends that hand out values without waiting; numbers are checked on these. */
const SYNCHRONOUS = new Set(['lanewise', 'cpu', 'wasm'])

/** A tensor's numbers, to be read at once only: on `lanewise` they are not copied. Undefined where they take waiting for. */
function peek(tensor: tf.Tensor): ArrayLike<number> | undefined {
  if (!SYNCHRONOUS.has(tf.getBackend())) return undefined
  const backend = tf.backend()
  if (backend instanceof LanewiseBackend) return backend.data.get(tensor.dataId).values as ArrayLike<number>
  return tensor.dataSync()
}

/** Throws where a tensor holds NaN; or infinity, unless that is allowed. */
export function checkNumbers(name: string, tensor: tf.Tensor, infinity: boolean): void {
  const values = tensor.dtype === 'float32' ? peek(tensor) : undefined
  if (values === undefined) return
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (Number.isFinite(value) || (infinity && !Number.isNaN(value))) continue
    const allowed = infinity ? 'all numbers but NaN' : 'finite numbers'
    throw new Error(`${name}: ${value} at index ${i} of a tensor of shape [${tensor.shape}]; allowed are ${allowed}`)
  }
}

export function checkLabels(labels: tf.Tensor, classes: number, output: string): void {
  if (labels.dtype !== 'int32' && labels.dtype !== 'float32')
    throw new Error(`y: labels of '${output}' are ${labels.dtype}; allowed are int32 and float32`)
  const values = peek(labels)
  if (values === undefined) return
  for (let i = 0; i < values.length; i++) {
    const label = values[i]
    if (Number.isInteger(label) && label >= 0 && label < classes) continue
    throw new Error(
      `y: label ${label} at index ${i} is no class of output '${output}'; allowed are integers from 0 to ${classes - 1}`,
    )
  }
}

/** A tensor, those of a list, or those of an object. */
export function tensorsOf(data: unknown): tf.Tensor[] {
  const all = data !== null && typeof data === 'object' && !(data instanceof tf.Tensor) ? Object.values(data) : [data]
  return all.filter((one) => one instanceof tf.Tensor)
}

export function checkExamples(name: string, data: unknown): void {
  const tensors = tensorsOf(data)
  if (tensors.length === 0) throw new Error(`${name}: expected a tf.Tensor, got ${show(data)}`)
  for (const { dtype, shape, size, isDisposed } of tensors) {
    if (isDisposed) throw new Error(`${name}: the tensor of shape [${shape}] is disposed`)
    if (size === 0) throw new Error(`${name}: a tensor of shape [${shape}] holds no examples`)
    if (dtype === 'string' || dtype === 'complex64')
      throw new Error(`${name}: a tensor of type ${dtype}; allowed are float32, int32 and bool`)
  }
}

/** What `setWeights` is given. */
export function checkWeights(model: LayersModel, weights: unknown): void {
  if (!Array.isArray(weights)) throw new Error(`setWeights: weights: expected a list of tensors, got ${show(weights)}`)
  const own = model.weights
  if (weights.length !== own.length)
    throw new Error(`setWeights: weights: ${weights.length} tensors for the model's ${own.length} weights`)
  for (const [i, weight] of weights.entries()) {
    const name = `setWeights: weights[${i}] (${own[i].name})`
    if (!(weight instanceof tf.Tensor)) throw new Error(`${name}: expected a tf.Tensor, got ${show(weight)}`)
    if (weight.isDisposed) throw new Error(`${name}: the tensor of shape [${weight.shape}] is disposed`)
    if (String(weight.shape) !== String(own[i].shape))
      throw new Error(`${name}: a tensor of shape [${weight.shape}]; expected [${own[i].shape}]`)
    checkNumbers(name, weight, true)
  }
}
