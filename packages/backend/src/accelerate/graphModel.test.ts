import { type GraphModel, loadGraphModelSync } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { accelerate } from '../index.ts'
import { eachTest, exact, inUse, launches, read } from './accelerate.testing.ts'

interface Node {
  name: string
  op: string
  input?: string[]
  attr?: object
}

const float = { T: { type: 'DT_FLOAT' } }
const vector = (size: number) => ({ dim: [{ size: '-1' }, { size: `${size}` }] })
const placeholder = (name: string, size: number): Node => ({
  name,
  op: 'Placeholder',
  attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: vector(size) } },
})
const weights = [
  { name: 'w', shape: [4, 3], dtype: 'float32' as const },
  { name: 'b', shape: [3], dtype: 'float32' as const },
  ...['begin', 'end', 'strides'].map((name) => ({ name, shape: [1], dtype: 'int32' as const })),
  ...['four', 'two'].map((name) => ({ name, shape: [], dtype: 'int32' as const })),
]
const constants: Node[] = weights.map(({ name, dtype }) => ({
  name,
  op: 'Const',
  attr: { dtype: { type: dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT' } },
}))

function load(nodes: Node[]): GraphModel {
  const values = new ArrayBuffer(20 * 4)
  new Float32Array(values, 0, 15).forEach((_, i, floats) => {
    floats[i] = Math.sin(i + 1)
  })
  new Int32Array(values, 60).set([0, 1, 1, 4, 2])
  return loadGraphModelSync({
    load: () => ({
      modelTopology: { node: [...constants, ...nodes], versions: { producer: 1 } },
      weightSpecs: weights,
      weightData: values,
    }),
  }) as unknown as GraphModel
}

/** relu(x . w + b), and the same plus y. */
const twoOutputs: Node[] = [
  placeholder('x', 4),
  placeholder('y', 3),
  {
    name: 'product',
    op: 'MatMul',
    input: ['x', 'w'],
    attr: { ...float, transpose_a: { b: false }, transpose_b: { b: false } },
  },
  { name: 'sum', op: 'BiasAdd', input: ['product', 'b'], attr: float },
  { name: 'hidden', op: 'Relu', input: ['sum'], attr: float },
  { name: 'shifted', op: 'AddV2', input: ['hidden', 'y'], attr: float },
  { name: 'first', op: 'Identity', input: ['hidden'], attr: float },
]
const int = { type: 'DT_INT32' }
/** x in rows of two, as converters write a reshape of any batch; its last dimension takes a kernel without a SIMD version. */
const reshaped: Node[] = [
  placeholder('x', 4),
  { name: 'shape', op: 'Shape', input: ['x'], attr: { ...float, out_type: int } },
  {
    name: 'rows',
    op: 'StridedSlice',
    input: ['shape', 'begin', 'end', 'strides'],
    attr: { T: int, shrink_axis_mask: { i: '1' } },
  },
  { name: 'pairs', op: 'FloorDiv', input: ['four', 'two'], attr: { T: int } },
  { name: 'sizes', op: 'Pack', input: ['rows', 'pairs', 'two'], attr: { T: int, axis: { i: '0' }, N: { i: '3' } } },
  { name: 'out', op: 'Reshape', input: ['x', 'sizes'], attr: float },
]

const warnings = eachTest()

const x = (size: number) => tf.randomNormal([size, 4], 0, 1, 'float32', size)
const y = (size: number) => tf.randomNormal([size, 3], 0, 1, 'float32', size + 1)

it('predicts and executes as it does eagerly, bit for bit', async () => {
  const eager = load(twoOutputs)
  const model = load(twoOutputs)
  expect(accelerate(model, exact)).toBe(model)
  for (let time = 0; time < 2; time++)
    for (const size of [1, 5]) {
      const list = [x(size), y(size)]
      const named = { x: list[0], y: list[1] }
      for (const inputs of [list, named]) {
        expect(read(model.predict(inputs) as tf.Tensor[])).toEqual(read(eager.predict(inputs) as tf.Tensor[]))
        for (const outputs of ['shifted', 'sum', ['hidden', 'shifted'], ['sum']]) {
          const [actual, expected] = [model, eager].map((each) => each.execute(inputs, outputs))
          expect(Array.isArray(actual)).toBe(Array.isArray(expected))
          expect(read(actual)).toEqual(read(expected))
        }
      }
    }
  expect(await launches(() => model.predict([x(5), y(5)]))).toBe(0)
  expect(warnings()).toEqual([])
})

it('executes and predicts asynchronously as it does eagerly, in replays', async () => {
  const [eager, model] = [load(twoOutputs), accelerate(load(twoOutputs), exact)]
  const inputs = [x(5), y(5)]
  // TensorFlow.js warns that there is no need to.
  const expected = read(await eager.executeAsync(inputs, ['hidden', 'shifted']))
  const predicted = read((await eager.predictAsync(inputs)) as tf.Tensor[])
  const said = warnings().length
  for (let time = 0; time < 3; time++) {
    expect(read(await model.executeAsync(inputs, ['hidden', 'shifted']))).toEqual(expected)
    expect(read((await model.predictAsync(inputs)) as tf.Tensor[])).toEqual(predicted)
  }
  expect(await launches(() => model.executeAsync(inputs, ['hidden', 'shifted']))).toBe(0)
  expect(warnings()).toHaveLength(said)
})

it('leaves what depends on data to TensorFlow.js, where it is asked for asynchronously', async () => {
  const nodes = [
    placeholder('y', 3),
    { name: 'above', op: 'Greater', input: ['y', 'b'], attr: float },
    { name: 'places', op: 'Where', input: ['above'], attr: { T: { type: 'DT_BOOL' } } },
  ]
  const [eager, model] = [load(nodes), accelerate(load(nodes))]
  const input = y(4)
  for (let time = 0; time < 3; time++)
    expect(read(await model.executeAsync(input, 'places'))).toEqual(read(await eager.executeAsync(input, 'places')))
  expect(() => model.execute(input, 'places')).toThrow('executeAsync')
  await expect(model.executeAsync(input, 'nothing')).rejects.toThrow()
  expect(warnings()).toEqual([])
})

it('holds its memory, over 1,000 predictions, and gives it back when it is disposed', () => {
  const before = inUse()
  const model = accelerate(load(twoOutputs))
  const inputs = [x(2), y(2)]
  const at: object[] = []
  for (let i = 0; i < 1000; i++) {
    tf.dispose(model.predict(inputs))
    at.push(inUse())
  }
  expect(at[999]).toEqual(at[0])
  model.dispose()
  tf.dispose(inputs)
  expect(inUse()).toEqual(before)
})

it('knows what depends on shapes alone when it captures', async () => {
  const model = accelerate(load(reshaped))
  for (const size of [1, 3, 3, 1]) {
    const result = model.execute(x(size), 'out') as tf.Tensor
    expect(result.shape).toEqual([size, 2, 2])
    expect(read(result)).toEqual(read(x(size)))
  }
  const given = x(3)
  expect(await launches(() => model.execute(given, 'out'))).toBe(0)
  expect(warnings()).toEqual([])
})

it('runs eagerly where it can not be captured, with one warning', () => {
  const nodes = [placeholder('x', 4), { name: 'out', op: 'Atan2', input: ['x', 'x'], attr: float }]
  const model = accelerate(load(nodes))
  for (let time = 0; time < 3; time++) expect(read(model.execute(x(2), 'out'))).toEqual(read(tf.atan2(x(2), x(2))))
  expect(warnings()).toEqual([expect.stringContaining('kernel Atan2 has no SIMD version')])
})

it('keeps what it computes where it is told to', () => {
  const model = accelerate(load(twoOutputs))
  const inputs = [x(2), y(2)]
  model.predict(inputs)
  tf.env().set('KEEP_INTERMEDIATE_TENSORS', true)
  try {
    model.predict(inputs)
    expect(Object.keys(model.getIntermediateTensors())).toContain('sum')
    model.disposeIntermediateTensors()
  } finally {
    tf.env().set('KEEP_INTERMEDIATE_TENSORS', false)
  }
})

it.each<[string, (model: GraphModel) => unknown]>([
  ['inputs of a wrong shape', (model) => model.predict([x(2), x(2)])],
  ['too few inputs', (model) => model.predict(x(2))],
  ['no input', (model) => model.predict(undefined as never)],
  ['an input of a wrong name', (model) => model.predict({ x: x(2), z: y(2) })],
  ['an unknown output', (model) => model.execute([x(2), y(2)], 'nothing')],
])('%s is the same error as without', (_, act) => {
  const said = [load(twoOutputs), accelerate(load(twoOutputs))].map((model) => {
    try {
      act(model)
    } catch (error) {
      return (error as Error).message
    }
    return 'no error'
  })
  expect(said[1]).toBe(said[0])
  expect(said[0]).not.toBe('no error')
  expect(warnings()).toEqual([])
})
