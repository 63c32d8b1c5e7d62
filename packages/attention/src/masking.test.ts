import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, expect, test } from 'vitest'
import { Masking } from './index.ts'
import { read } from './testing.ts'

beforeAll(async () => {
  await tf.setBackend('lanewise')
})

const values = [0, 0, 1, 0, -0, 0, NaN, 0, 5, 5, 2, 5]
const sequences = () => tf.tensor3d(values, [2, 3, 2])

for (const maskValue of [0, 5])
  test(`gives the stock layer's output, in training too, and mask where ${maskValue} is hidden`, () => {
    tf.tidy(() => {
      const x = sequences()
      const [ours, stock] = [new Masking({ maskValue }), tfl.layers.masking({ maskValue })]
      const outputs = [ours, stock].map((layer) =>
        read([layer.apply(x), layer.computeMask(x), layer.computeMask(x)] as tf.Tensor[]),
      )
      expect(outputs[0]).toEqual(outputs[1])
      // By what the output is multiplied with: TensorFlow.js has no gradient by the input.
      const gradients = [ours, stock].map((layer) =>
        read([tf.grad((weight) => tf.sum(tf.mul(layer.apply(x) as tf.Tensor, weight)))(tf.ones(x.shape))]),
      )
      expect(gradients[0]).toEqual(gradients[1])
    })
  })

test('makes the mask anew where it is gone, and for a variable', () => {
  tf.tidy(() => {
    const layer = new Masking({ maskValue: 0 })
    const x = sequences()
    const expected = [[0, 1, 0, 1, 1, 1]]
    const first = layer.computeMask(x)
    first.dispose()
    const second = layer.computeMask(x)
    const third = layer.computeMask(x)
    second.dispose()
    expect(read([third])).toEqual(expected)
    const variable = tf.variable(tf.zeros([1, 2, 1]))
    expect(read([layer.computeMask(variable)])).toEqual([[0, 0]])
    variable.assign(tf.ones([1, 2, 1]))
    expect(read([layer.computeMask(variable)])).toEqual([[1, 1]])
  })
})

test('is what a saved Masking loads as, and saves as the stock layer does', () => {
  const config = new Masking({ maskValue: 5, name: 'masking' } as object).getConfig()
  expect(config).toEqual(tfl.layers.masking({ maskValue: 5, name: 'masking' } as object).getConfig())
  expect(new Masking({}).getClassName()).toBe('Masking')
})
