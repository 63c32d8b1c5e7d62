import * as tf from '@tensorflow/tfjs-core'
import { any, describeRefusals, gone, ones, type Refusal } from './badInput.ts'

describeRefusals('matrix products', [
  [
    'matMul: inner sizes',
    () => tf.matMul(ones([2, 3]), ones([4, 5])),
    'BatchMatMul: a of shape [2,3] has 3 columns, but b of shape [4,5] has 4 rows',
  ],
  [
    'matMul: transposed',
    () => tf.matMul(ones([2, 3]), ones([3, 5]), true),
    'BatchMatMul: a of shape [2,3], transposed, has 2 columns, but b of shape [3,5] has 3 rows',
  ],
  [
    'matMul: rank 1',
    () => tf.matMul(any(ones([3])), ones([3, 5])),
    'BatchMatMul: a has shape [3]; its rank must be at least 2',
  ],
  [
    'matMul: batches',
    () => tf.matMul(ones([2, 3, 4]), ones([3, 4, 5])),
    'BatchMatMul: the batches [2] of a and [3] of b do not broadcast',
  ],
  ['matMul: a disposed', () => tf.matMul(gone([2, 3]), ones([3, 4])), 'BatchMatMul: a is disposed: its data is gone'],
  ['matMul: b disposed', () => tf.matMul(ones([2, 3]), gone([3, 4])), 'BatchMatMul: b is disposed: its data is gone'],
  [
    'matMul: strings',
    () => tf.matMul(any(tf.fill([2, 2], 'a')), ones([2, 2])),
    "Argument 'a' passed to 'matMul' must be numeric tensor, but got string tensor",
  ],
  [
    'fused.matMul: bias',
    () => tf.fused.matMul({ a: ones([2, 3]), b: ones([3, 4]), bias: ones([5]) }),
    'Operands could not be broadcast together with shapes 2,4 and 5.',
  ],
  [
    'fused.matMul: activation',
    () => tf.fused.matMul({ a: ones([2, 3]), b: ones([3, 4]), activation: any('gelu') }),
    "_FusedMatMul: activation: 'gelu' is unknown; allowed are linear, relu, relu6, elu, leakyrelu, prelu, sigmoid",
  ],
  [
    'fused.matMul: no options',
    () => tf.fused.matMul(any({})),
    "Argument 'a' passed to 'fused matMul' must be a Tensor or TensorLike, but got 'null'",
  ],
  [
    'fused.matMul: prelu without slopes',
    () => tf.fused.matMul({ a: ones([2, 3]), b: ones([3, 4]), activation: 'prelu' }),
    '_FusedMatMul: activation is prelu, and preluActivationWeights are absent',
  ],
  [
    'fused.matMul: prelu slopes',
    () => tf.fused.matMul({ a: ones([2, 3]), b: ones([3, 4]), activation: 'prelu', preluActivationWeights: ones([3]) }),
    'Operands could not be broadcast together with shapes 1,2,4 and 3.',
  ],
  [
    'fused.matMul: bias disposed',
    () => tf.fused.matMul({ a: ones([2, 3]), b: ones([3, 4]), bias: gone([4]) }),
    '_FusedMatMul: bias is disposed: its data is gone',
  ],
  [
    'dot: sizes',
    () => tf.dot(ones([3]), ones([4])),
    'Error in dot: inner dimensions of inputs must match, but got 3 and 4.',
  ],
  [
    'einsum: sizes',
    () => tf.einsum('ij,jk->ik', ones([2, 3]), ones([4, 5])),
    'Expected dimension 3 at axis 0 of input shaped [4,5], but got dimension 4',
  ],
  [
    'einsum: an unknown letter',
    () => tf.einsum('ij->ik', ones([2, 3])),
    'Output subscripts contain the label k not present in the input subscripts.',
  ],
  ['einsum: too few tensors', () => tf.einsum('ij,jk->ik', ones([2, 3])), 'Expected 2 input tensors, received 1'],
])

const axes = (name: string, op: (x: tf.Tensor, axis: number) => tf.Tensor): Refusal[] => [
  [`${name}: axis 2 of rank 2`, () => op(ones([2, 3]), 2), 'axis param must be in range [-2, 2) but got axis 2'],
  [`${name}: axis 0.5`, () => op(ones([2, 3]), 0.5), 'axis param must be integers but got axis 0.5'],
  [`${name}: axis NaN`, () => op(ones([2, 3]), Number.NaN), 'axis param must be in range [-2, 2) but got axis NaN'],
  [`${name}: disposed`, () => op(gone([2, 3]), 1), ': x is disposed: its data is gone'],
]

describeRefusals('reductions', [
  ...axes('sum', (x, axis) => tf.sum(x, axis)),
  ...axes('mean', (x, axis) => tf.mean(x, axis)),
  ...axes('max', (x, axis) => tf.max(x, axis)),
  ...axes('argMax', (x, axis) => tf.argMax(x, axis)),
  ...axes('cumsum', (x, axis) => tf.cumsum(x, axis)),
  ...axes('cumprod', (x, axis) => tf.cumprod(x, axis)),
  [
    'sum: a string',
    () => tf.sum(any(tf.tensor(['a']))),
    "Argument 'x' passed to 'sum' must be numeric tensor, but got string tensor",
  ],
  ['all: float32', () => tf.all(ones([2])), "Argument 'x' passed to 'all' must be bool tensor, but got float32 tensor"],
  [
    'softmax: not the last axis',
    () => tf.softmax(ones([2, 3]), 0),
    'Softmax along a non-last dimension is not yet supported. Logits was rank 2 and dim was 0',
  ],
  ['softmax: disposed', () => tf.softmax(gone([2, 3])), 'Softmax: logits is disposed: its data is gone'],
  [
    'logSoftmax: axis',
    () => tf.logSoftmax(ones([2, 3]), 3),
    'Log Softmax along a non-last dimension is not yet supported. Logits was rank 2 and axis was 3',
  ],
  [
    'topk: k too large',
    () => tf.topk(ones([3]), 4),
    "'k' passed to topk() must be <= the last dimension (3) but got 4",
  ],
  ['topk: negative k', () => tf.topk(ones([3]), -1), "'k' passed to topk() must be >= 0 but got -1"],
  ['norm: ord', () => tf.norm(ones([3]), any('foo')), 'Error in norm: invalid ord value: foo'],
])
