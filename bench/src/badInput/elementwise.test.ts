import * as tf from '@tensorflow/tfjs-core'
import { any, describeRefusals, gone, ones } from './badInput.ts'

const ids = (...values: number[]) => tf.tensor1d(values, 'int32')

describeRefusals('tensors', [
  [
    'too few values',
    () => tf.tensor([1, 2, 3], [2, 2]),
    'Based on the provided shape, [2,2], the tensor should have 4 values but has 3',
  ],
  ['a ragged array', () => tf.tensor([[1, 2], [3]]), 'A tensor of shape [2,2] holds 4 values; 3 are given'],
  [
    'a negative size',
    () => tf.zeros([2, -1]),
    'Tensor must have a shape comprised of positive integers but got shape [2,-1].',
  ],
  [
    'NaN in a shape',
    () => tf.zeros([Number.NaN]),
    'Tensor must have a shape comprised of positive integers but got shape [NaN].',
  ],
  ['an unknown dtype', () => tf.zeros([2], any('float16')), 'Unknown data type float16'],
  [
    'fill: a string in float32',
    () => tf.fill([2], 'a', 'float32'),
    "Fill: value: 'a' is not a number, and dtype is float32",
  ],
  ['range: no step', () => tf.range(0, 5, 0), 'Cannot have a step of zero'],
  ['linspace: no number', () => tf.linspace(0, 1, 0), 'The number of values should be positive.'],
  ['oneHot: depth 1', () => tf.oneHot(ids(0), 1), 'Error in oneHot: depth must be >=2, but it is 1'],
  [
    'oneHot: float indices',
    () => tf.oneHot(tf.tensor1d([0.5]), 3),
    "Argument 'indices' passed to 'oneHot' must be int32 tensor, but got float32 tensor",
  ],
  ['reshape: other size', () => tf.reshape(ones([2, 3]), [4]), 'Size(6) must match the product of shape 4'],
  [
    'reshape: two free sizes',
    () => tf.reshape(ones([2, 3]), [-1, -1]),
    'Shapes can only have 1 implicit size. Found -1 at dim 0 and dim 1',
  ],
  ['cast: to string', () => tf.cast(ones([2]), any('string')), 'Only strings can be casted to strings'],
  ['cast: to an unknown dtype', () => tf.cast(ones([2]), any('float16')), 'Failed to cast to unknown dtype float16'],
  ['cast: disposed', () => tf.cast(gone([2]), 'int32'), 'Cast: x is disposed: its data is gone'],
  [
    'variable: assign another shape',
    () => {
      const v = tf.variable(ones([2]))
      try {
        v.assign(any(ones([3])))
      } finally {
        v.dispose()
      }
    },
    'shape of the new value (3) and previous value (2) must match',
  ],
])

describeRefusals('element-wise ops', [
  [
    'add: shapes',
    () => tf.add(ones([2, 3]), ones([2, 4])),
    'Operands could not be broadcast together with shapes 2,3 and 2,4.',
  ],
  [
    'add: a string',
    () => tf.add(any(tf.tensor(['a'])), ones([1])),
    "Argument 'a' passed to 'add' must be numeric tensor, but got string tensor",
  ],
  [
    'add: an object',
    () => tf.add(any({}), ones([1])),
    "Argument 'a' passed to 'add' must be a Tensor or TensorLike, but got 'Object'",
  ],
  ['add: a disposed', () => tf.add(gone([2]), ones([2])), 'Add: a is disposed: its data is gone'],
  ['add: b disposed', () => tf.add(ones([2]), gone([2])), 'Add: b is disposed: its data is gone'],
  [
    'mul: disposed, int32',
    () => tf.mul(gone([2], 'int32'), ones([2], 'int32')),
    'Multiply: a is disposed: its data is gone',
  ],
  ['pow: shapes', () => tf.pow(ones([3]), ones([2])), 'Operands could not be broadcast together with shapes 3 and 2.'],
  [
    'greater: shapes',
    () => tf.greater(ones([3]), ones([2])),
    'Operands could not be broadcast together with shapes 3 and 2.',
  ],
  [
    'logicalAnd: float32',
    () => tf.logicalAnd(ones([2]), ones([2])),
    "Argument 'a' passed to 'logicalAnd' must be bool tensor, but got float32 tensor",
  ],
  ['relu: disposed', () => tf.relu(gone([2])), 'Relu: x is disposed: its data is gone'],
  [
    'exp: a string',
    () => tf.exp(any('a')),
    "Argument 'x' passed to 'exp' must be numeric tensor, but got string tensor",
  ],
  [
    'sqrt: bool',
    () => tf.sqrt(any('x')),
    "Argument 'x' passed to 'sqrt' must be float32 tensor, but got string tensor",
  ],
  [
    'prelu: shapes',
    () => tf.prelu(ones([2, 3]), ones([4])),
    'Operands could not be broadcast together with shapes 2,3 and 4.',
  ],
  [
    'clipByValue: max below min',
    () => tf.clipByValue(ones([2]), 1, 0),
    'Error in clip: min (1) must be less than or equal to max (0).',
  ],
  [
    'where: shapes',
    () => tf.where(ones([2], 'bool'), ones([2]), ones([3])),
    'Operands could not be broadcast together with shapes 2 and 3.',
  ],
  [
    'where: condition float32',
    () => tf.where(ones([2]), ones([2]), ones([2])),
    "Argument 'condition' passed to 'where' must be bool tensor, but got float32 tensor",
  ],
  [
    'where: disposed',
    () => tf.where(ones([2], 'bool'), gone([2]), ones([2])),
    'Identity: x is disposed: its data is gone',
  ],
  ['addN: shapes', () => tf.addN([ones([2]), ones([3])]), 'All tensors passed to tf.addN() must have the same shape'],
  ['addN: none', () => tf.addN([]), 'Must pass at least one tensor to tf.addN(), but got 0'],
])

describeRefusals('gradients', [
  [
    'grad: of a disposed x',
    () => tf.grad((x) => tf.sum(tf.square(x)))(gone([2])),
    'Square: x is disposed: its data is gone',
  ],
  [
    'grad: f returns no tensor',
    () => tf.grad(any(() => 1))(ones([2])),
    'The result y returned by f() must be a tensor.',
  ],
  [
    'grads: of a string',
    () => tf.grads((a, b) => tf.add(a, b))([any(tf.tensor(['a'])), ones([1])]),
    "Argument 'a' passed to 'add' must be numeric tensor, but got string tensor",
  ],
  [
    'variableGrads: not a scalar',
    () => {
      const v = tf.variable(ones([2]))
      try {
        tf.variableGrads(any(() => tf.square(v)))
      } finally {
        v.dispose()
      }
    },
    'The f passed in variableGrads(f) must return a scalar, but it returned a rank-1 tensor',
  ],
])
