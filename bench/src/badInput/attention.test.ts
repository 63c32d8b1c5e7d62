import { scaledDotProductAttention } from '@lanewise/backend'
import { describeRefusals, gone, ones } from './badInput.ts'

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
