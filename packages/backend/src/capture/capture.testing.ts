import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { CaptureError, capture, captureByShape, info } from '../index.ts'
import { SAME, testTraining } from './training.testing.ts'

const state = () => ({
  tensors: tf.memory().numTensors,
  buffers: tf.memory().numDataBuffers,
  bytes: info().memory.bytesInUse,
})

/** What captured functions are to do, on the backend as the environment has it. */
export function testCapture(): void {
  beforeAll(async () => {
    await tf.setBackend('lanewise')
    tf.env().set('IS_TEST', true)
  })

  beforeEach(() => tf.engine().startScope())

  afterEach(() => tf.engine().endScope(undefined))

  it('gives what the function gives, bit for bit', () => {
    const w = tf.randomNormal([20, 30])
    const b = tf.randomNormal([30])
    const fn = (x: tf.Tensor) => tf.softmax(tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b)))
    const x = tf.randomNormal([7, 20])
    const step = capture(fn, x, SAME)
    for (let seed = 1; seed < 4; seed++) {
      const input = tf.randomNormal([7, 20], 0, 1, 'float32', seed)
      fn(input).dispose()
      expect(step(input).dataSync()).toEqual(fn(input).dataSync())
      expect(step(input.dataSync() as Float32Array).dataSync()).toEqual(fn(input).dataSync())
    }
    expect(step.inputs).toEqual([{ shape: [7, 20], dtype: 'float32' }])
    expect(step.outputs).toEqual([{ shape: [7, 30], dtype: 'float32' }])
  })

  const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed)
  const filter = (height: number, width: number, ins = 16, outs = 16) =>
    random([height, width, ins, outs], 2) as tf.Tensor4D
  const layers: [name: string, layer: (x: tf.Tensor4D) => tf.Tensor][] = [
    ['a product', (x) => tf.matMul(tf.reshape(x, [392, 16]), filter(1, 1).reshape([16, 16]))],
    ['a row', (x) => tf.matMul(tf.reshape(tf.slice(x, 0, [1, 1, 1, 16]), [1, 16]), filter(1, 1).reshape([16, 16]))],
    ['a convolution of 1x1', (x) => tf.conv2d(x, filter(1, 1), 1, 'same')],
    ["a convolution by Winograd's method", (x) => tf.conv2d(x, filter(3, 3), 1, 'same')],
    ["a convolution of stride 2 by Winograd's method", (x) => tf.conv2d(x, filter(5, 6), 2, 'same')],
    ['a convolution of stride 3', (x) => tf.conv2d(x, filter(3, 3), 3, 'same')],
    ['a convolution to one channel', (x) => tf.conv2d(x, filter(3, 3, 16, 1), 1, 'same')],
    ['a depthwise convolution', (x) => tf.depthwiseConv2d(x, filter(3, 3, 16, 3), 1, 'same')],
    ...([1, 2, 3, 4, 5, 7] as const).flatMap((side) =>
      ([1, 2, 3] as const).map((stride): [string, (x: tf.Tensor4D) => tf.Tensor] => {
        const shape: [number, number, number, number] = [2, 14 * stride, 14 * stride, 16]
        return [
          `a transposed convolution of ${side}x${side}, stride ${stride}`,
          (x) => tf.conv2dTranspose(x, filter(side, side), shape, stride, 'same'),
        ]
      }),
    ),
  ]
  it.each(layers)('begins with the bias that follows, and ends with relu: %s', (_, layer) => {
    const image = random([2, 14, 14, 16], 1) as tf.Tensor4D
    const bias = random(layer(image).shape.slice(-1), 3)
    const fn = (x: tf.Tensor) => tf.relu(tf.add(layer(x as tf.Tensor4D), bias))
    const expected = fn(image).dataSync() as Float32Array
    const actual = capture(fn, image)(image).dataSync()
    const largest = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
    const apart = expected.reduce((most, v, i) => Math.max(most, Math.abs(v - actual[i])), 0)
    expect(apart / largest).toBeLessThan(2e-6)
  })

  it('computes nothing while it records, and leaves nothing behind', () => {
    const w = tf.tidy(() => tf.variable(tf.ones([3, 3])))
    tf.add(w, 1).dispose()
    const at = state()
    const step = capture(
      (x: tf.Tensor2D) => {
        w.assign(tf.add(w, tf.matMul(x, w)))
        return { sum: tf.sum(w), y: tf.matMul(x, w) }
      },
      { shape: [3, 3] },
    )
    expect(w.dataSync()).toEqual(new Float32Array(9).fill(1))
    step.dispose()
    expect(state()).toEqual(at)
    w.dispose()
  })

  it('writes variables back', () => {
    const w = tf.variable(tf.ones([3]))
    const step = capture(
      (x: tf.Tensor) => {
        w.assign(tf.add(w, x))
        return tf.mul(w, 2)
      },
      { shape: [3] },
    )
    const x = tf.tensor([1, 2, 3])
    expect(step(x).dataSync()).toEqual(new Float32Array([4, 6, 8]))
    expect(w.dataSync()).toEqual(new Float32Array([2, 3, 4]))
    expect(step(x).dataSync()).toEqual(new Float32Array([6, 10, 14]))
    w.assign(tf.zeros([3]))
    expect(step(x).dataSync()).toEqual(new Float32Array([2, 4, 6]))
    // What shares the variable's data keeps its values.
    const clone = tf.clone(w)
    expect(clone.dataSync()).toEqual(new Float32Array([1, 2, 3]))
    step(x)
    expect(clone.dataSync()).toEqual(new Float32Array([1, 2, 3]))
    expect(w.dataSync()).toEqual(new Float32Array([2, 4, 6]))
    step.dispose()
    w.dispose()
  })

  it('takes inputs that nobody reads, and gives inputs and weights as they are', () => {
    const w = tf.tensor([3, 4])
    const step = capture(
      (x: tf.Tensor, _unused: tf.Tensor, y: tf.Tensor) => [x, w, tf.neg(y), tf.zeros([2])],
      [{ shape: [2] }, { shape: [1000] }, { shape: [2] }],
    )
    const before = info().memory.bytesInUse
    for (let i = 0; i < 3; i++) {
      const results = step(new Float32Array([1, i]), new Float32Array(1000).fill(7), new Float32Array([5, 6]))
      expect(results.map((result) => [...result.dataSync()])).toEqual([
        [1, i],
        [3, 4],
        [-5, -6],
        [0, 0],
      ])
      tf.dispose(results)
    }
    expect(info().memory.bytesInUse).toBe(before)
    step.dispose()
  })

  it('throws where gather meets an index that does not exist', () => {
    const t = tf.tensor([1, 2, 3])
    const step = capture((i: tf.Tensor1D) => tf.gather(t, i), { shape: [2], dtype: 'int32' })
    expect([...step(new Int32Array([2, 0])).dataSync()]).toEqual([3, 1])
    for (const bad of [-1, 3])
      expect(() => step(new Int32Array([0, bad]))).toThrow(
        `GatherV2: the index value ${bad} is not in [0, 2] (indices)`,
      )
    expect([...step(new Int32Array([1, 1])).dataSync()]).toEqual([2, 2])
    step.dispose()
  })

  it('throws where rows of indices name nothing, and scatters and gathers where they do', () => {
    const t = tf.tensor([1, 2, 3, 4, 5, 6], [2, 3])
    const x = tf.tensor([10, 20])
    const zero = tf.tensor([0, 0])
    const step = capture(
      (i: tf.Tensor) => ({
        gathered: tf.gatherND(t, i),
        sum: tf.scatterND(i, x, [2, 3]),
        updated: tf.tensorScatterUpdate(t, i, x),
        dense: tf.sparseToDense(i as tf.Tensor2D, x as tf.Tensor1D, [2, 3], tf.add(zero, 7).slice(0, 1).asScalar()),
      }),
      { shape: [2, 2], dtype: 'int32' },
    )
    for (const rows of [
      [0, 1, 1, 2],
      [1, 0, 1, 0],
    ]) {
      const [first, last] = [rows[0] * 3 + rows[1], rows[2] * 3 + rows[3]]
      const results = step(Int32Array.from(rows)) as Record<string, tf.Tensor>
      const updated = [1, 2, 3, 4, 5, 6].with(first, 10).with(last, 20)
      const sum = [0, 0, 0, 0, 0, 0].with(first, 10)
      sum[last] += 20
      const dense = [7, 7, 7, 7, 7, 7].with(first, 10).with(last, 20)
      const values = { gathered: [first + 1, last + 1], sum, updated, dense }
      expect(Object.fromEntries(Object.entries(results).map(([name, y]) => [name, [...y.dataSync()]]))).toEqual(values)
    }
    expect(() => step(new Int32Array([0, 0, 1, 3]))).toThrow('GatherNd: indices: row 1 does not index into [2,3]')
    expect([...step(new Int32Array([0, 0, 1, 1])).gathered.dataSync()]).toEqual([1, 5])
    step.dispose()
  })

  it('swaps variables', () => {
    const a = tf.variable(tf.tensor([1]))
    const b = tf.variable(tf.tensor([2]))
    const step = capture(() => {
      const old = tf.clone(a)
      a.assign(tf.clone(b))
      b.assign(old)
      return old
    }, [])
    expect(step().dataSync()).toEqual(new Float32Array([1]))
    expect([a, b].map((v) => v.dataSync()[0])).toEqual([2, 1])
    expect(step().dataSync()).toEqual(new Float32Array([2]))
    expect([a, b].map((v) => v.dataSync()[0])).toEqual([1, 2])
    step.dispose()
    a.dispose()
    b.dispose()
  })

  it('gives tensors from outside that nothing is done with', () => {
    const t = tf.tensor([3, 4], undefined, 'int32')
    const w = tf.variable(tf.tensor([5]))
    const step = capture((x: tf.Tensor) => [t, x, w], { shape: [1] })
    const read = () => step(new Float32Array([2])).map((tensor) => Array.from(tensor.dataSync()))
    expect(read()).toEqual([[3, 4], [2], [5]])
    w.assign(tf.tensor([6]))
    expect(read()).toEqual([[3, 4], [2], [6]])
    step.dispose()
    w.dispose()
  })

  it('computes what shapes and constants alone say while it records', () => {
    const half = tf.tensor([0.5])
    const step = capture(
      (x: tf.Tensor) => {
        const [rows, columns] = tf.tensor1d(x.shape, 'int32').dataSync()
        const size = tf.mul(tf.tensor1d([rows, columns], 'int32'), tf.scalar(2, 'int32')).dataSync()[0]
        // Atan2 has no SIMD version.
        return tf.mul(tf.tile(x, [size, 1]), tf.atan2(tf.mul(half, columns), 1))
      },
      { shape: [1, 3] },
    )
    const y = step(new Float32Array([1, 2, 3]))
    expect(y.shape).toEqual([2, 3])
    const by = tf.atan2(1.5, 1).dataSync()[0]
    expect(y.dataSync()).toEqual(new Float32Array([by, 2 * by, 3 * by, by, 2 * by, 3 * by]))
    step.dispose()
    const random = () => capture((x: tf.Tensor) => tf.mul(x, tf.atan2(tf.randomUniform([1]), 1)), { shape: [1] })
    expect(random).toThrow('kernel Atan2 has no SIMD version')
  })

  it('runs on typed arrays alone', () => {
    const step = capture(
      (x: tf.Tensor, n: tf.Tensor) => [tf.add(x, 1), tf.mul(n, tf.scalar(2, 'int32')), tf.greater(x, 0)],
      [{ shape: [2, 2] }, { shape: [3], dtype: 'int32' }],
    )
    const outputs = [new Float32Array(4), new Int32Array(3), new Uint8Array(4)]
    step.run([new Float32Array([1, -2, 3, -4]), new Int32Array([1, 2, 3])], outputs)
    expect(outputs).toEqual([new Float32Array([2, -1, 4, -3]), new Int32Array([2, 4, 6]), new Uint8Array([1, 0, 1, 0])])
    expect(() => step.run([new Float32Array(4)], outputs)).toThrow('step.run: inputs: there are 1, expected 2')
    expect(() => step.run([new Float32Array(5), new Int32Array(3)], outputs)).toThrow(
      'step.run: inputs[0]: has 5 numbers, expected 4 (shape [2,2])',
    )
    expect(() => step.run([new Float32Array(4), new Float32Array(3)], outputs)).toThrow(
      'step.run: inputs[1]: expected a Int32Array (int32), got an object of Float32Array',
    )
    expect(() => step(tf.zeros([2, 3]), new Int32Array(3))).toThrow('step: inputs[0]: has shape [2,3], expected [2,2]')
    step.dispose()
  })

  it.each([
    [3, 1],
    [7, 2],
  ])('sees new weights, for every kernel that derives something of them: windows of %i, stride %i', (size, stride) => {
    const w = tf.variable(tf.randomNormal([size, size, 8, 8], 0, 1, 'float32', 1))
    const m = tf.variable(tf.randomNormal([8, 300], 0, 1, 'float32', 2))
    const fn = (x: tf.Tensor4D) =>
      tf.matMul(tf.reshape(tf.conv2d(x, w as tf.Tensor4D, stride, 'same'), [-1, 8]), m as tf.Tensor2D)
    const step = capture(fn, { shape: [1, 20, 20, 8] })
    for (let seed = 3; seed < 6; seed++) {
      const x = tf.randomNormal([1, 20, 20, 8], 0, 1, 'float32', seed) as tf.Tensor4D
      fn(x)
      expect(step(x).dataSync()).toEqual(fn(x).dataSync())
      w.assign(tf.randomNormal([size, size, 8, 8], 0, 1, 'float32', seed + 10))
      if (seed === 4) m.assign(tf.randomNormal([8, 300], 0, 1, 'float32', seed + 20))
    }
    step.dispose()
    w.dispose()
    m.dispose()
  })

  testTraining()

  it('gives the memory back, 1,000 times', () => {
    const w = tf.variable(tf.randomNormal([20, 20]))
    const at: ReturnType<typeof state>[] = []
    for (let i = 0; i < 1000; i++) {
      const step = capture((x: tf.Tensor2D) => tf.matMul(x, w as tf.Tensor2D), { shape: [3, 20] })
      step(new Float32Array(60))
      step.dispose()
      tf.engine().endScope(undefined)
      tf.engine().startScope()
      at.push(state())
    }
    expect(at[999]).toEqual(at[1])
    w.dispose()
  })

  it('refuses what it can not replay, names it, and leaves everything as it was', () => {
    const w = tf.variable(tf.ones([2, 2]))
    const x = { shape: [2, 2] }
    const refused = (fn: (x: tf.Tensor2D) => unknown): string => {
      const at = state()
      let message = 'nothing was thrown'
      try {
        capture(fn as never, x)
      } catch (error) {
        expect(error).toBeInstanceOf(CaptureError)
        message = (error as Error).message
      }
      expect(state()).toEqual(at)
      expect(tf.add(w, 1).dataSync()).toEqual(new Float32Array([2, 2, 2, 2]))
      tf.engine().endScope(undefined)
      tf.engine().startScope()
      return message
    }
    tf.engine().endScope(undefined)
    tf.engine().startScope()
    expect(refused((x) => tf.atan2(x, 1))).toContain('kernel Atan2 has no SIMD version')
    expect(refused((x) => tf.unique(x).values)).toContain('the shape of what Unique gives depends on data')
    expect(refused((x) => tf.scalar(tf.sum(x).dataSync()[0]))).toContain(
      'by dataSync(), arraySync() or the like, after Sum',
    )
    expect(refused(() => tf.scalar(w.dataSync()[0]))).toContain('the values of a variable are read')
    expect(refused((x) => tf.whereAsync(tf.greater(x, 0)))).toContain('whereAsync')
    expect(
      refused((x) =>
        tf.mul(
          x,
          tf.rand([2, 2], () => Math.random()),
        ),
      ),
    ).toContain('random numbers in JavaScript')
    expect(
      refused((x) => {
        try {
          tf.atan2(x, 1)
        } catch {}
        return x
      }),
    ).toContain('kernel Atan2')
    expect(refused((x) => tf.variable(x))).toContain('from its inputs')
    w.dispose()
  })

  it('says which weight was disposed', () => {
    const w = tf.variable(tf.ones([2, 2]), true, 'gone')
    const t = tf.ones([2, 2])
    const step = capture((x: tf.Tensor2D) => tf.add(tf.matMul(x, w as tf.Tensor2D), t), { shape: [2, 2] })
    step(new Float32Array(4))
    t.dispose()
    expect(() => step(new Float32Array(4))).toThrow('a weight of 4 numbers, which Add reads, is disposed')
    expect(() => step(new Float32Array(4))).toThrow(CaptureError)
    w.dispose()
    expect(() => step(new Float32Array(4))).toThrow("the variable 'gone', which BatchMatMul reads, is disposed")
    step.dispose()
    expect(() => step(new Float32Array(4))).toThrow('step: it is disposed')
  })

  it('keeps a step for each of the latest shapes', () => {
    const double = captureByShape((x: tf.Tensor) => tf.mul(x, 2), { limit: 2 })
    for (const size of [1, 2, 3, 1, 1, 3]) {
      expect(double(tf.ones([size])).dataSync()).toEqual(new Float32Array(size).fill(2))
      expect(double.size).toBeLessThanOrEqual(2)
    }
    double.dispose()
    expect(double.size).toBe(0)
    expect(double(tf.ones([5])).shape).toEqual([5])
    double.dispose()
  })

  it('goes on when the memory grows, and beside eager work and other steps', () => {
    const w = tf.variable(tf.randomNormal([50, 50], 0, 1, 'float32', 1))
    const fn = (x: tf.Tensor2D) => tf.tanh(tf.matMul(x, w as tf.Tensor2D))
    const predict = capture(fn, { shape: [4, 50] }, SAME)
    const train = capture(() => w.assign(tf.mul(w, 0.9)), [])
    for (let i = 0; i < 5; i++) {
      const x = tf.randomNormal([4, 50], 0, 1, 'float32', i) as tf.Tensor2D
      fn(x)
      const expected = fn(x).dataSync()
      const output = new Float32Array(200)
      predict.run([x.dataSync() as Float32Array], [output])
      expect(output).toEqual(expected)
      const big = tf.fill([1 << (20 + i)], 1)
      expect(big.dataSync()[5]).toBe(1)
      predict.run([x.dataSync() as Float32Array], [output])
      expect(output).toEqual(expected)
      train()
      predict.run([x.dataSync() as Float32Array], [output])
      fn(x)
      expect(output).toEqual(fn(x).dataSync())
    }
    predict.dispose()
    train.dispose()
    w.dispose()
  })
}
