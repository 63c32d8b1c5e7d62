import { lstm, lstmStep } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import { describeRefusals, gone, ones } from './badInput.ts'

interface Lstm {
  x?: unknown
  kernel?: unknown
  recurrentKernel?: unknown
  bias?: unknown
  options?: unknown
}

const run = (wrong: () => Lstm) => () => {
  const args = {
    x: ones([2, 3, 4]),
    kernel: ones([4, 20]),
    recurrentKernel: ones([5, 20]),
    bias: ones([20]),
    ...wrong(),
  }
  const { x, kernel, recurrentKernel, bias, options } = args as unknown as Record<string, never>
  return lstm(x, kernel, recurrentKernel, bias, options)
}

describeRefusals('lstm', [
  ['x: not a tensor', run(() => ({ x: [[[1]]] })), 'lstm: x: expected a tf.Tensor, got [[[1]]]'],
  ['x: absent', run(() => ({ x: undefined })), 'lstm: x: expected a tf.Tensor, got undefined'],
  ['x: rank 2', run(() => ({ x: ones([2, 4]) })), 'lstm: x has shape [2,4]; expected [batch, steps, inputs]'],
  ['x: int32', run(() => ({ x: ones([2, 3, 4], 'int32') })), 'lstm: x is int32; expected float32'],
  ['x: bool', run(() => ({ x: ones([2, 3, 4], 'bool') })), 'lstm: x is bool; expected float32'],
  ['x: string', run(() => ({ x: tf.fill([2, 3, 4], 'a') })), 'lstm: x is string; expected float32'],
  ['x: complex64', run(() => ({ x: tf.complex(ones([2, 3, 4]), ones([2, 3, 4])) })), 'lstm: x is complex64; expected'],
  ['x: disposed', run(() => ({ x: gone([2, 3, 4]) })), 'lstm: x is disposed'],
  [
    'x: no inputs, weights with',
    run(() => ({ x: ones([2, 3, 0]) })),
    'lstm: kernel has shape [4,20]; expected [0, 20]',
  ],
  ['kernel: other inputs', run(() => ({ kernel: ones([3, 20]) })), 'lstm: kernel has shape [3,20]; expected [4, 20]'],
  ['kernel: other units', run(() => ({ kernel: ones([4, 16]) })), 'lstm: kernel has shape [4,16]; expected [4, 20]'],
  ['kernel: rank 1', run(() => ({ kernel: ones([80]) })), 'lstm: kernel has shape [80]; expected [4, 20]'],
  ['kernel: int32', run(() => ({ kernel: ones([4, 20], 'int32') })), 'lstm: kernel is int32; expected float32'],
  ['kernel: disposed', run(() => ({ kernel: gone([4, 20]) })), 'lstm: kernel is disposed'],
  ['kernel: null', run(() => ({ kernel: null })), 'lstm: kernel: expected a tf.Tensor, got null'],
  [
    'recurrentKernel: not 4 times as wide as high',
    run(() => ({ recurrentKernel: ones([5, 19]) })),
    'lstm: recurrentKernel has shape [5,19]; expected [5, 20]',
  ],
  [
    'recurrentKernel: no units',
    run(() => ({ recurrentKernel: ones([0, 0]), kernel: ones([4, 0]), bias: ones([0]) })),
    'lstm: recurrentKernel has shape [0,0]; expected [units, 4 units] with at least 1 unit',
  ],
  ['recurrentKernel: rank 3', run(() => ({ recurrentKernel: ones([5, 20, 1]) })), 'expected [units, 4 units]'],
  ['recurrentKernel: disposed', run(() => ({ recurrentKernel: gone([5, 20]) })), 'lstm: recurrentKernel is disposed'],
  ['bias: other units', run(() => ({ bias: ones([5]) })), 'lstm: bias has shape [5]; expected [20]'],
  ['bias: rank 2', run(() => ({ bias: ones([1, 20]) })), 'lstm: bias has shape [1,20]; expected [20]'],
  ['bias: a number', run(() => ({ bias: 1 })), 'lstm: bias: expected a tf.Tensor, got 1'],
  ['bias: disposed', run(() => ({ bias: gone([20]) })), 'lstm: bias is disposed'],
  ['options: a string', run(() => ({ options: 'tanh' })), "lstm: options: expected an object, got 'tanh'"],
  ['options: null', run(() => ({ options: null })), 'lstm: options: expected an object, got null'],
  [
    'an unknown option',
    run(() => ({ options: { units: 5 } })),
    "lstm: unknown option 'units'; allowed are activation, recurrentActivation, initialState, mask, returnSequences",
  ],
  [
    'activation: unknown',
    run(() => ({ options: { activation: 'gelu' } })),
    "lstm: activation: 'gelu' is unknown; allowed are linear, relu, tanh, sigmoid, hardSigmoid",
  ],
  [
    'activation: null',
    run(() => ({ options: { activation: null } })),
    'lstm: activation: null is unknown; allowed are',
  ],
  [
    'recurrentActivation: unknown',
    run(() => ({ options: { recurrentActivation: 1 } })),
    'lstm: recurrentActivation: 1',
  ],
  [
    'returnSequences: 1',
    run(() => ({ options: { returnSequences: 1 } })),
    'lstm: returnSequences: expected true or false, got 1',
  ],
  [
    'goBackwards: null',
    run(() => ({ options: { goBackwards: null } })),
    'lstm: goBackwards: expected true or false, got null',
  ],
  [
    'timeMajor: a string',
    run(() => ({ options: { timeMajor: 'no' } })),
    "lstm: timeMajor: expected true or false, got 'no'",
  ],
  [
    'initialState: one tensor',
    run(() => ({ options: { initialState: ones([2, 5]) } })),
    'lstm: initialState: expected two tensors, [h, c]',
  ],
  [
    'initialState: three',
    run(() => ({ options: { initialState: [ones([2, 5]), ones([2, 5]), ones([2, 5])] } })),
    'lstm: initialState: expected two tensors, [h, c]',
  ],
  [
    'initialState: other batch',
    run(() => ({ options: { initialState: [ones([2, 5]), ones([1, 5])] } })),
    'lstm: initialState[1] has shape [1,5]; expected [2, 5]',
  ],
  [
    'initialState: disposed',
    run(() => ({ options: { initialState: [gone([2, 5]), ones([2, 5])] } })),
    'lstm: initialState[0] is disposed',
  ],
  ['initialState: null', run(() => ({ options: { initialState: null } })), 'lstm: initialState: expected two tensors'],
  ['mask: float32', run(() => ({ options: { mask: ones([2, 3]) } })), 'lstm: mask is float32; expected bool'],
  [
    'mask: other steps',
    run(() => ({ options: { mask: ones([2, 4], 'bool') } })),
    'lstm: mask has shape [2,4]; expected [2, 3]',
  ],
  ['mask: disposed', run(() => ({ options: { mask: gone([2, 3], 'bool') } })), 'lstm: mask is disposed'],
  ['mask: an array', run(() => ({ options: { mask: [[true]] } })), 'lstm: mask: expected a tf.Tensor, got [[true]]'],
])

const step = (wrong: () => Record<string, unknown>) => () => {
  const a = {
    x: ones([2, 4]),
    h: ones([2, 5]),
    c: ones([2, 5]),
    kernel: ones([4, 20]),
    recurrent: ones([5, 20]),
    ...wrong(),
  }
  const { x, h, c, kernel, recurrent, bias, options } = a as unknown as Record<string, never>
  return lstmStep(x, h, c, kernel, recurrent, bias, options)
}

describeRefusals('lstmStep', [
  ['x: rank 3', step(() => ({ x: ones([2, 1, 4]) })), 'lstmStep: x has shape [2,1,4]; expected [batch, inputs]'],
  ['x: int32', step(() => ({ x: ones([2, 4], 'int32') })), 'lstmStep: x is int32; expected float32'],
  ['x: disposed', step(() => ({ x: gone([2, 4]) })), 'lstmStep: x is disposed'],
  ['h: other batch', step(() => ({ h: ones([3, 5]) })), 'lstmStep: h has shape [3,5]; expected [2, 5]'],
  ['h: absent', step(() => ({ h: undefined })), 'lstmStep: h: expected a tf.Tensor, got undefined'],
  ['c: other units', step(() => ({ c: ones([2, 4]) })), 'lstmStep: c has shape [2,4]; expected [2, 5]'],
  ['c: disposed', step(() => ({ c: gone([2, 5]) })), 'lstmStep: c is disposed'],
  [
    'kernel: transposed',
    step(() => ({ kernel: ones([20, 4]) })),
    'lstmStep: kernel has shape [20,4]; expected [4, 20]',
  ],
  [
    'recurrentKernel: square',
    step(() => ({ recurrent: ones([5, 5]) })),
    'lstmStep: recurrentKernel has shape [5,5]; expected [5, 20]',
  ],
  ['bias: too long', step(() => ({ bias: ones([21]) })), 'lstmStep: bias has shape [21]; expected [20]'],
  [
    'an option of lstm',
    step(() => ({ options: { mask: 1 } })),
    "lstmStep: unknown option 'mask'; allowed are activation, recurrentActivation",
  ],
  [
    'activation: unknown',
    step(() => ({ options: { activation: 'softmax' } })),
    "lstmStep: activation: 'softmax' is unknown",
  ],
  [
    'on another backend',
    async () => {
      await tf.setBackend('cpu')
      try {
        step(() => ({}))()
      } finally {
        await tf.setBackend('lanewise')
      }
    },
    'runs on the backend lanewise; the active one is cpu',
  ],
])
