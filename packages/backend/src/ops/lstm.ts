import { type LstmActivation, lstmActivations } from '@lanewise/kernels'
import {
  engine,
  type GradFunc,
  getBackend,
  matMul,
  type NamedAttrMap,
  type NamedTensorMap,
  registerGradient,
  reshape,
  sum,
  Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import {
  LanewiseLSTM,
  LanewiseLSTMGrad,
  type LstmAttrs,
  type LstmGradInputs,
  namedInputs,
} from '../kernels/LanewiseLSTM.ts'
import { show } from '../show.ts'

type NamedGradientMap = ReturnType<GradFunc>

/** What `lstmStep` takes besides tensors. */
export interface LstmStepOptions {
  /** Of the cell gate and of the state, `tanh` by default. */
  activation?: LstmActivation
  /**
   * Of the input, forget and output gates, `sigmoid` by default, as in Keras; tfjs-layers' own default is
   * `hardSigmoid`.
   */
  recurrentActivation?: LstmActivation
}

/** What `lstm` takes besides tensors. */
export interface LstmOptions extends LstmStepOptions {
  /** h and c [batch, units] before the first step; zeros by default. */
  initialState?: [h: Tensor, c: Tensor]
  /**
   * bool [batch, steps], false where a step is hidden: the state, and what is returned for the step, stay as they
   * were. No gradient flows through it.
   */
  mask?: Tensor
  /** Return h of every step. */
  returnSequences?: boolean
  /** Read x from its last step to its first; sequences are returned in that order. */
  goBackwards?: boolean
  /** x and the sequences are [steps, batch, ..] instead of [batch, steps, ..]. */
  timeMajor?: boolean
}

/** What `lstm` gives. */
export interface LstmResult {
  /** h of every step, [batch, steps, units], where `returnSequences`. */
  sequences?: Tensor3D
  /** h and c [batch, units] after the last step. */
  h: Tensor2D
  c: Tensor2D
}

/**
 * An LSTM (Hochreiter and Schmidhuber, 1997; with the forget gate of Gers et al., 2000) over a sequence, with gradients for every tensor.
 *
 * At each step, with i, f, g, o the quarters of x W + h R + b (Keras's order): c = f c + i g and h = o act(c), where
 * i, f and o are activated by `recurrentActivation` and g by `activation`.
 *
 * @param x [batch, steps, inputs]
 * @param kernel W, [inputs, 4 units]
 * @param recurrentKernel R, [units, 4 units]
 * @param bias [4 units]; null for none
 */
export function lstm(
  x: Tensor,
  kernel: Tensor,
  recurrentKernel: Tensor,
  bias: Tensor | null | undefined,
  options: LstmOptions = {},
): LstmResult {
  checkOptions('lstm', options, ['initialState', 'mask', 'returnSequences', 'goBackwards', 'timeMajor'])
  const { initialState, mask, returnSequences = false, timeMajor = false } = options
  const shape = checkTensor('lstm', 'x', x, timeMajor ? ['steps', 'batch', 'inputs'] : ['batch', 'steps', 'inputs'])
  const batch = shape[timeMajor ? 1 : 0]
  const units = checkWeights('lstm', shape[2], kernel, recurrentKernel, bias)
  if (initialState !== undefined) {
    if (!Array.isArray(initialState) || initialState.length !== 2)
      throw new Error('lstm: initialState: expected two tensors, [h, c]')
    initialState.forEach((state, i) => {
      checkTensor('lstm', `initialState[${i}]`, state, [batch, units])
    })
  }
  if (mask !== undefined) checkTensor('lstm', 'mask', mask, shape.slice(0, 2), 'bool')
  const [h, c, sequences] = run(x, kernel, recurrentKernel, bias, initialState, mask, {
    ...activations(options),
    goBackwards: options.goBackwards ?? false,
    timeMajor,
    returnSequences,
  })
  return returnSequences ? { sequences: sequences as Tensor3D, h, c } : { h, c }
}

/** One LSTM step: x [batch, inputs] and the state h and c [batch, units] give the next h and c. See {@link lstm}. */
export function lstmStep(
  x: Tensor,
  h: Tensor,
  c: Tensor,
  kernel: Tensor,
  recurrentKernel: Tensor,
  bias?: Tensor | null,
  options: LstmStepOptions = {},
): [h: Tensor2D, c: Tensor2D] {
  checkOptions('lstmStep', options, [])
  const [batch, inputs] = checkTensor('lstmStep', 'x', x, ['batch', 'inputs'])
  const units = checkWeights('lstmStep', inputs, kernel, recurrentKernel, bias)
  checkTensor('lstmStep', 'h', h, [batch, units])
  checkTensor('lstmStep', 'c', c, [batch, units])
  return tidy(() => {
    const [next, cell] = run(reshape(x, [batch, 1, inputs]), kernel, recurrentKernel, bias, [h, c], undefined, {
      ...activations(options),
      goBackwards: false,
      timeMajor: false,
      returnSequences: false,
    })
    return [next, cell]
  })
}

function run(
  x: Tensor,
  kernel: Tensor,
  recurrentKernel: Tensor,
  bias: Tensor | null | undefined,
  initialState: [Tensor, Tensor] | undefined,
  mask: Tensor | undefined,
  options: Pick<LstmAttrs, 'activation' | 'recurrentActivation' | 'goBackwards' | 'timeMajor' | 'returnSequences'>,
): [Tensor2D, Tensor2D, Tensor3D | undefined] {
  if (getBackend() !== 'lanewise')
    throw new Error(`lstm: runs on the backend lanewise; the active one is ${getBackend() ?? 'none'}`)
  const steps = mask && hiddenSteps(mask)
  const inputs = [x, kernel, recurrentKernel, bias, ...(initialState ?? []), steps].filter((input) => input != null)
  const attrs: LstmAttrs = {
    ...options,
    useBias: bias != null,
    useState: initialState !== undefined,
    useMask: steps !== undefined,
    keep: engine().state.gradientDepth > 0,
  }
  const outputs = engine().runKernel(LanewiseLSTM, inputs as unknown as NamedTensorMap, asMap(attrs)) as Tensor[]
  steps?.dispose()
  const [h, c, sequences] = outputs
  return [h as Tensor2D, c as Tensor2D, sequences as Tensor3D | undefined]
}

/**
 * A copy of the mask that the tape does not know, for what made it (a comparison, say) may have no gradient; none where the
 * mask hides nothing. That a recording can not tell.
 */
function hiddenSteps(mask: Tensor): Tensor | undefined {
  const backend = engine().backend as LanewiseBackend
  if (backend.trace !== undefined) {
    const copy = backend.alias(mask, mask.shape)
    return engine().makeTensorFromTensorInfo(copy, backend)
  }
  const shown = mask.dataSync<'bool'>()
  return shown.includes(0 as never) ? tensor(shown, mask.shape, 'bool') : undefined
}

registerGradient({
  kernelName: LanewiseLSTM,
  saveAllInputs: true,
  outputsToSave: [false, false, true, true, true],
  gradFunc(dy, saved, map) {
    const attrs = map as unknown as LstmAttrs
    const [h, c, gates] = saved.slice(-3)
    const { x, kernel, recurrentKernel, h0, c0, mask } = namedInputs(saved.slice(0, -3), attrs)
    const [dhLast, dcLast, dhAll] = dy as Tensor[]
    const dh = attrs.returnSequences ? dhAll : undefined
    const inputs: LstmGradInputs<Tensor | undefined> = {
      ...{ recurrentKernel, h0, c0, mask, h, c, gates },
      ...{ dhLast, dcLast, dh },
    }
    const [dz, dh0, dc0, hBefore] = engine().runKernel(
      LanewiseLSTMGrad,
      inputs as unknown as NamedTensorMap,
      map,
    ) as Tensor[]
    const flat = (tensor: Tensor) => {
      const [rows, steps, width] = tensor.shape as number[]
      return reshape(tensor, [rows * steps, width]) as Tensor2D
    }
    const gradients = [
      () => reshape(matMul(flat(dz), kernel as Tensor2D, false, true), x.shape),
      () => matMul(flat(x), flat(dz), true),
      () => matMul(flat(hBefore), flat(dz), true),
      ...(attrs.useBias ? [() => sum(flat(dz), 0)] : []),
      ...(attrs.useState ? [() => dh0, () => dc0] : []),
    ]
    return gradients as unknown as NamedGradientMap
  },
})

function asMap(attrs: LstmAttrs): NamedAttrMap {
  return attrs as unknown as NamedAttrMap
}

function activations(options: LstmStepOptions): { activation: LstmActivation; recurrentActivation: LstmActivation } {
  const { activation = 'tanh', recurrentActivation = 'sigmoid' } = options
  return { activation, recurrentActivation }
}

function checkOptions(op: string, options: LstmStepOptions, names: string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new Error(`${op}: options: expected an object, got ${show(options)}`)
  const known = ['activation', 'recurrentActivation', ...names]
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name)) throw new Error(`${op}: unknown option '${name}'; allowed are ${known.join(', ')}`)
    if (name.toLowerCase().endsWith('activation') && value !== undefined && !lstmActivations.includes(value))
      throw new Error(`${op}: ${name}: ${show(value)} is unknown; allowed are ${lstmActivations.join(', ')}`)
    if (
      names.includes(name) &&
      typeof value !== 'boolean' &&
      value !== undefined &&
      name !== 'initialState' &&
      name !== 'mask'
    )
      throw new Error(`${op}: ${name}: expected true or false, got ${show(value)}`)
  }
}

/** Returns the number of units. */
function checkWeights(
  op: string,
  inputs: number,
  kernel: Tensor,
  recurrentKernel: Tensor,
  bias?: Tensor | null,
): number {
  const [units] = checkTensor(op, 'recurrentKernel', recurrentKernel, ['units', '4 units'])
  if (units === 0)
    throw new Error(
      `${op}: recurrentKernel has shape [${recurrentKernel.shape}]; expected [units, 4 units] with at least 1 unit`,
    )
  checkTensor(op, 'recurrentKernel', recurrentKernel, [units, 4 * units])
  checkTensor(op, 'kernel', kernel, [inputs, 4 * units])
  if (bias != null) checkTensor(op, 'bias', bias, [4 * units])
  return units
}

/** Returns the shape; sizes given as a name may be anything. */
function checkTensor(
  op: string,
  name: string,
  tensor: Tensor,
  shape: (number | string)[],
  dtype = 'float32',
): number[] {
  if (!(tensor instanceof Tensor)) throw new Error(`${op}: ${name}: expected a tf.Tensor, got ${show(tensor)}`)
  if (tensor.dtype !== dtype) throw new Error(`${op}: ${name} is ${tensor.dtype}; expected ${dtype}`)
  const fits =
    tensor.rank === shape.length && shape.every((size, i) => typeof size === 'string' || size === tensor.shape[i])
  if (!fits) throw new Error(`${op}: ${name} has shape [${tensor.shape}]; expected [${shape.join(', ')}]`)
  if (tensor.isDisposed) throw new Error(`${op}: ${name} is disposed`)
  return tensor.shape
}
