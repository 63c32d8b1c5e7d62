import {
  configure,
  type LanewiseBackend,
  lstm,
  lstmStep,
  nativeKernel,
  scaledDotProductAttention,
} from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import { describeRefusals, gone, ones } from './badInput.ts'

const set = (options: unknown) => () => configure(options as never)

describeRefusals('configure', [
  [
    'an unknown option',
    set({ treads: 2 }),
    "configure: there is no option 'treads'; there are fallback, wide, threads",
  ],
  ['an inherited name', set({ toString: 1 }), "configure: there is no option 'toString'"],
  ['no options', set(undefined), 'configure: takes an object of options, not undefined'],
  ['null', set(null), 'configure: takes an object of options, not null'],
  ['a string', set('warn'), "configure: takes an object of options, not 'warn'"],
  ['an array', set(['warn']), "configure: takes an object of options, not ['warn']"],
  ['fallback: an unknown mode', set({ fallback: 'loud' }), "fallback is 'loud'; it may be 'silent', 'warn' or 'error'"],
  ['fallback: null', set({ fallback: null }), "fallback is null; it may be 'silent', 'warn' or 'error'"],
  ['wide: a string', set({ wide: 'yes' }), "wide is 'yes'; it may be true or false"],
  ['wide: 1', set({ wide: 1 }), 'wide is 1; it may be true or false'],
  ['wide, in use', set({ wide: true }), 'wide can not change once the backend is in use; set it before tf.setBackend'],
  ['threads: 0', set({ threads: 0 }), "threads is 0; it may be 'auto' or a whole number"],
  ['threads: 1.5', set({ threads: 1.5 }), "threads is 1.5; it may be 'auto' or a whole number"],
  ['threads: NaN', set({ threads: Number.NaN }), "threads is NaN; it may be 'auto' or a whole number"],
  ["threads: 'all'", set({ threads: 'all' }), "threads is 'all'; it may be 'auto' or a whole number"],
  ['threads, in use', set({ threads: 2 }), 'threads can not change once the backend is in use'],
])

// lstm

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

// Attention

const attend = (wrong: () => Record<string, unknown>) => () => {
  const { q, k, v, ...options } = {
    q: ones([2, 3, 4]),
    k: ones([2, 5, 4]),
    v: ones([2, 5, 6]),
    ...wrong(),
  } as unknown as Record<string, never>
  return scaledDotProductAttention(q, k, v, 'options' in options ? (options as never)['options'] : options)
}

describeRefusals('scaledDotProductAttention', [
  ['q: an array', attend(() => ({ q: [1] })), 'scaledDotProductAttention: q: expected a tf.Tensor, got [1]'],
  [
    'q: rank 2',
    attend(() => ({ q: ones([3, 4]) })),
    'q has shape [3,4]; expected [batch, heads, steps, dim] or [batch, steps',
  ],
  ['q: rank 5', attend(() => ({ q: ones([1, 1, 1, 3, 4]) })), 'q has shape [1,1,1,3,4]; expected [batch, heads'],
  ['q: int32', attend(() => ({ q: ones([2, 3, 4], 'int32') })), 'q is int32; expected float32'],
  ['q: disposed', attend(() => ({ q: gone([2, 3, 4]) })), 'scaledDotProductAttention: q is disposed'],
  ['k: other dim', attend(() => ({ k: ones([2, 5, 3]) })), 'k has shape [2,5,3]; expected [2, keys, 4] to suit q'],
  ['k: other batch', attend(() => ({ k: ones([1, 5, 4]) })), 'k has shape [1,5,4]; expected [2, keys, 4] to suit q'],
  [
    'k: other rank',
    attend(() => ({ k: ones([2, 1, 5, 4]) })),
    'k has shape [2,1,5,4]; expected [2, keys, 4] to suit q',
  ],
  ['k: bool', attend(() => ({ k: ones([2, 5, 4], 'bool') })), 'k is bool; expected float32'],
  ['k: disposed', attend(() => ({ k: gone([2, 5, 4]) })), 'k is disposed'],
  ['v: other steps', attend(() => ({ v: ones([2, 4, 6]) })), 'v has shape [2,4,6]; expected [2, 5, dim] to suit k'],
  ['v: absent', attend(() => ({ v: undefined })), 'v: expected a tf.Tensor, got undefined'],
  ['v: disposed', attend(() => ({ v: gone([2, 5, 6]) })), 'v is disposed'],
  [
    'an unknown option',
    attend(() => ({ head: 1 })),
    "unknown option 'head'; allowed are mask, causal, scale, numHeads, returnScores",
  ],
  [
    'options: null',
    attend(() => ({ options: null })),
    'scaledDotProductAttention: options: expected an object, got null',
  ],
  [
    'options: a number',
    attend(() => ({ options: 8 })),
    'scaledDotProductAttention: options: expected an object, got 8',
  ],
  ['causal: 1', attend(() => ({ causal: 1 })), 'causal: expected true or false, got 1'],
  [
    'returnScores: a string',
    attend(() => ({ returnScores: 'yes' })),
    "returnScores: expected true or false, got 'yes'",
  ],
  ['scale: NaN', attend(() => ({ scale: Number.NaN })), 'scale: expected a finite number, got NaN'],
  ['scale: Infinity', attend(() => ({ scale: 1 / 0 })), 'scale: expected a finite number, got Infinity'],
  ['scale: a string', attend(() => ({ scale: '1' })), "scale: expected a finite number, got '1'"],
  ['numHeads: 0', attend(() => ({ numHeads: 0 })), 'numHeads: expected a positive integer, got 0'],
  ['numHeads: 1.5', attend(() => ({ numHeads: 1.5 })), 'numHeads: expected a positive integer, got 1.5'],
  [
    'numHeads: no divisor of dim',
    attend(() => ({ numHeads: 3 })),
    'q has shape [2,3,4], whose last size is no multiple of 3 heads',
  ],
  [
    'numHeads: no divisor of valueDim',
    attend(() => ({ numHeads: 4 })),
    'v has shape [2,5,6], whose last size is no multiple of 4',
  ],
  [
    'numHeads: not that of rank 4',
    attend(() => ({ q: ones([1, 2, 3, 4]), k: ones([1, 2, 3, 4]), v: ones([1, 2, 3, 4]), numHeads: 3 })),
    'numHeads is 3, but q of shape [1,2,3,4] has 2 heads',
  ],
  ['mask: int32', attend(() => ({ mask: ones([2, 5], 'int32') })), 'mask is int32; expected bool or float32'],
  ['mask: null', attend(() => ({ mask: null })), 'mask: expected a tf.Tensor, got null'],
  [
    'mask: rank 1',
    attend(() => ({ mask: ones([5], 'bool') })),
    'mask has shape [5]; expected [2, 5] or [2, 3, 5] or [2, 1, 3, 5]',
  ],
  ['mask: other keys', attend(() => ({ mask: ones([2, 3], 'bool') })), 'mask has shape [2,3]; expected [2, 5] or'],
  ['mask: other heads', attend(() => ({ mask: ones([2, 2, 3, 5], 'bool') })), 'mask has shape [2,2,3,5]; expected'],
  ['mask: disposed', attend(() => ({ mask: gone([2, 5], 'bool') })), 'scaledDotProductAttention: mask is disposed'],
])

// For writers of kernels

const backend = () => tf.backend() as unknown as LanewiseBackend

describeRefusals('LanewiseBackend', [
  ['ptr: a string tensor', () => backend().ptr(tf.tensor(['a'])), 'A string tensor has no numbers in wasm memory'],
  [
    'ptr: a complex tensor',
    () => backend().ptr(tf.complex([1], [2])),
    'A complex64 tensor has no numbers in wasm memory',
  ],
  ['ptr: disposed', () => backend().ptr(gone([2])), 'disposed'],
  ['values: a string tensor', () => backend().values(tf.tensor(['a'])), 'A string tensor has no numbers'],
  ['values: disposed', () => backend().values(gone([2])), 'disposed'],
  [
    'output: a negative size',
    () => backend().output([2, -1], 'float32'),
    'output: shape: [2, -1] is not a list of whole numbers, 0 or more',
  ],
  [
    'output: NaN',
    () => backend().output([Number.NaN], 'float32'),
    'output: shape: [NaN] is not a list of whole numbers',
  ],
  ['output: a fraction', () => backend().output([1.5, 2], 'int32'), 'output: shape: [1.5, 2] is not a list of whole'],
  [
    'output: no shape',
    () => backend().output(undefined as never, 'int32'),
    'output: shape: undefined is not a list of',
  ],
  ['output: string', () => backend().output([2], 'string'), "output: dtype: 'string' does not live in wasm memory"],
  [
    'output: an unknown dtype',
    () => backend().output([2], 'float16' as never),
    "output: dtype: 'float16' does not live in wasm",
  ],
  [
    'output: 2^40 elements',
    () => backend().output([2 ** 20, 2 ** 20], 'float32'),
    /Out of wasm memory: 4398046511104 bytes asked, \d+ bytes in use/,
  ],
  [
    'alias: another size',
    () => backend().alias(ones([2, 3]), [7]),
    'alias: shape: [7] has 7 elements, the tensor of shape [2, 3] has 6',
  ],
  ['alias: disposed', () => backend().alias(gone([2]), [2]), 'disposed'],
  ['workspace: negative', () => backend().workspace(-1), 'alloc: bytes: -1 is not a number of bytes, 0 or more'],
  ['workspace: NaN', () => backend().workspace(Number.NaN), 'alloc: bytes: NaN is not a number of bytes, 0 or more'],
  ['release: no workspace', () => backend().release(64), 'release: 64 is not a workspace'],
  [
    'derived: undefined bytes',
    () => backend().derived(ones([2]), 'k', undefined as never, () => {}),
    'alloc: bytes: undefined',
  ],
  [
    'derived: fill fails',
    () =>
      backend().derived(ones([2]), 'k', 64, () => {
        throw new Error('fill: no')
      }),
    'fill: no',
  ],
  ['derived: disposed', () => backend().derived(gone([2]), 'k', 64, () => {}), 'disposed'],
  ['readSync: disposed', () => backend().readSync(gone([2]).dataId), 'disposed'],
  ['dataSync: disposed', () => gone([2]).dataSync(), 'disposed'],
  [
    'nativeKernel: no name',
    () => nativeKernel('', { run: () => [] }),
    "nativeKernel: name: '' is not a string with content",
  ],
  [
    'nativeKernel: no run',
    () => nativeKernel('Hypot', {} as never),
    'nativeKernel: run: expected a function, got undefined',
  ],
  [
    'nativeKernel: no kernel',
    () => nativeKernel('Hypot', undefined as never),
    'nativeKernel: run: expected a function, got undefined',
  ],
  [
    'nativeKernel: accepts',
    () => nativeKernel('Hypot', { accepts: true, run: () => [] } as never),
    'nativeKernel: accepts: expected a function',
  ],
  [
    'an unknown kernel',
    () => tf.engine().runKernel('Hypot', {}),
    "Kernel 'Hypot' not registered for backend 'lanewise'",
  ],
  [
    'an unknown backend',
    () => tf.engine().findBackend('lanes') ?? tf.setBackend('lanes'),
    "Backend name 'lanes' not found in registry",
  ],
])
