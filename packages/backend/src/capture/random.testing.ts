import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { accelerate, CaptureError, capture, configure, info } from '../index.ts'

const N = 20_000
/** Of means of N numbers of variance 1: five standard errors. */
const MEAN_ERROR = 5 / Math.sqrt(N)

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length
const variance = (values: ArrayLike<number>) => mean(Array.from(values, (v) => v * v)) - mean(values) ** 2

type Range = [low: number, high: number, mean: number, deviation: number]

/** What TensorFlow.js draws, and between which bounds, with which mean and standard deviation. */
const draws: Record<string, [() => tf.Tensor, ...Range]> = {
  'randomUniform()': [() => tf.randomUniform([N]), 0, 1, 0.5, Math.sqrt(1 / 12)],
  'randomUniform(-3, 0.5)': [() => tf.randomUniform([N], -3, 0.5), -3, 0.5, -1.25, 3.5 * Math.sqrt(1 / 12)],
  'randomUniform(1e6, 1e6 + 100)': [
    () => tf.sub(tf.randomUniform([N], 1e6, 1e6 + 100), 1e6),
    0,
    100,
    50,
    100 * Math.sqrt(1 / 12),
  ],
  'randomUniform, int32': [() => tf.randomUniform([N], 2, 12, 'int32'), 2, 11, 6.5, Math.sqrt(99 / 12)],
  'randomUniform, bool': [() => tf.randomUniform([N], 0, 4, 'bool'), 0, 1, 0.75, Math.sqrt(3 / 16)],
  randomUniformInt: [() => tf.randomUniformInt([N], -1000, 1000), -999, 999, 0, 2000 * Math.sqrt(1 / 12)],
  'randomNormal()': [() => tf.randomNormal([N]), -6.7, 6.7, 0, 1],
  'randomNormal(5, 0.1)': [() => tf.randomNormal([N], 5, 0.1), 4.3, 5.7, 5, 0.1],
  randomStandardNormal: [() => tf.randomStandardNormal([N]), -6.7, 6.7, 0, 1],
  'truncatedNormal(1, 2)': [() => tf.truncatedNormal([N], 1, 2), -3, 5, 1, 2 * Math.sqrt(0.77374)],
}

/** Random numbers in captured functions, on the backend as the environment has it. */
export function testRandom(): void {
  beforeAll(async () => {
    await tf.setBackend('lanewise')
    tf.env().set('IS_TEST', true)
  })
  beforeEach(() => {
    configure({ seed: 1 })
    tf.engine().startScope()
  })
  afterEach(() => tf.engine().endScope(undefined))

  for (const [name, [draw, low, high, expected, deviation]] of Object.entries(draws))
    it(`${name} is drawn anew in each replay, from the same distribution`, () => {
      const step = capture(() => draw(), [])
      const [first, second] = [step().dataSync(), step().dataSync()]
      expect(step.outputs[0].dtype).toBe(tf.tidy(() => draw().dtype))
      expect(first).not.toEqual(second)
      for (const values of [first, second]) {
        expect(Math.min(...values.slice(0, 5000))).toBeGreaterThanOrEqual(low)
        expect(Math.max(...values.slice(0, 5000))).toBeLessThanOrEqual(high)
        expect(Math.abs(mean(values) - expected)).toBeLessThan(MEAN_ERROR * deviation)
        expect(Math.abs(variance(values) / deviation ** 2 - 1)).toBeLessThan(0.06)
      }
      step.dispose()
    })

  it('a single number, too, and none', () => {
    const step = capture(() => [tf.randomUniform([], 5, 7), tf.randomUniform([1, 1], -2, -1), tf.randomNormal([0])], [])
    const seen = new Set<number>()
    for (let i = 0; i < 50; i++) {
      const [a, b, none] = step()
      const [u] = a.dataSync()
      seen.add(u)
      expect(u).toBeGreaterThanOrEqual(5)
      expect(u).toBeLessThan(7)
      expect(Math.floor(b.dataSync()[0])).toBe(-2)
      expect(none.size).toBe(0)
    }
    expect(seen.size).toBeGreaterThan(45)
    step.dispose()
  })

  it('dropout keeps its share, scaled, and drops the same in the gradient', () => {
    const rate = 0.3
    const step = capture(
      (x: tf.Tensor) => {
        const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => tf.dropout(x, rate))(x)
        return [value, grad]
      },
      { shape: [N] },
    )
    const x = new Float32Array(N).fill(2)
    const masks: string[] = []
    for (let i = 0; i < 4; i++) {
      const [y, dx] = step(x).map((tensor) => tensor.dataSync())
      const kept = y.filter((v) => v !== 0)
      expect(Math.abs(kept.length / N - (1 - rate))).toBeLessThan(MEAN_ERROR)
      for (const v of kept) expect(v).toBeCloseTo(2 / (1 - rate), 5)
      expect(dx).toEqual(y.map((v) => v / 2))
      masks.push(String(y.slice(0, 100)))
    }
    expect(new Set(masks).size).toBe(4)
    step.dispose()
  })

  it('draws of one step differ, and are the same wherever they are used', () => {
    const step = capture(() => {
      const [a, b] = [tf.randomUniform([1000]), tf.randomUniform([1000])]
      return { a, b, difference: tf.sub(a, tf.reshape(tf.clone(a), [1000])), product: tf.mul(a, b) }
    }, [])
    const { a, b, difference, product } = step()
    expect(a.dataSync()).not.toEqual(b.dataSync())
    expect(Math.abs(mean(tf.mul(tf.sub(a, 0.5), tf.sub(b, 0.5)).dataSync()))).toBeLessThan(5 / 12 / Math.sqrt(1000))
    expect(difference.dataSync()).toEqual(new Float32Array(1000))
    expect(product.dataSync()).toEqual(tf.mul(a, b).dataSync())
    step.dispose()
  })

  it('passes change no number', () => {
    const fn = (x: tf.Tensor) => tf.dropout(tf.add(x, tf.randomNormal([5000])), 0.5)
    const x = new Float32Array(5000).fill(1)
    const run = (passes?: object) => {
      configure({ seed: 5 })
      const step = capture(fn, { shape: [5000] }, { passes })
      const values = [0, 1, 2].map(() => step(x).dataSync())
      step.dispose()
      return values
    }
    const none = { lean: false, dead: false, fold: false, finish: false, fuse: false, chain: false, reuse: false }
    expect(run(none)).toEqual(run())
  })

  it('begins anew with a seed; steps share one sequence', () => {
    const uniform = capture(() => tf.randomUniform([40]), [])
    const normal = capture(() => tf.randomNormal([40]), [])
    const run = (seed: number) => {
      configure({ seed })
      return [uniform, normal, uniform, uniform].map((step) => step().dataSync())
    }
    const [first, again, other, large] = [run(3), run(3), run(4), run(3 + 2 ** 32)]
    expect(again).toEqual(first)
    for (const [i, values] of first.entries()) {
      expect(values).not.toEqual(other[i])
      expect(values).not.toEqual(large[i])
    }
    expect(new Set(first.map(String)).size).toBe(4)
    expect(() => configure({ seed: -1 })).toThrow('configure: seed is -1; it may be a whole number, 0 to 2^53 - 1')
    uniform.dispose()
    normal.dispose()
  })

  it('draws with a seed are those of TensorFlow.js, in each replay', () => {
    const fn = () => [
      tf.randomUniform([50], -1, 1, 'float32', 7),
      tf.randomUniform([3], 0, 100, 'int32', 7),
      tf.randomUniform([30], 0, 2, 'bool', 7),
      tf.randomNormal([50], 0, 1, 'float32', 7),
      tf.truncatedNormal([5], 0, 1, 'float32', 7),
      tf.dropout(tf.ones([50]), 0.5, undefined, 7),
    ]
    const step = capture(fn, [])
    const expected = fn().map((tensor) => tensor.dataSync())
    for (let i = 0; i < 2; i++) expect(step().map((tensor) => tensor.dataSync())).toEqual(expected)
    step.dispose()
  })

  it('leaves eager draws, buffers and Math.random as they are', () => {
    const { random } = Math
    const step = capture(() => {
      const buffer = tf.buffer([2, 2])
      buffer.set(3, 1, 1)
      return tf.add(buffer.toTensor(), tf.randomUniform([2, 2]))
    }, [])
    expect(Math.random).toBe(random)
    expect(Object.hasOwn(tf.TensorBuffer.prototype, 'values')).toBe(false)
    expect(tf.randomUniform([3], 0, 1, 'float32', 1).dataSync()).toHaveLength(3)
    expect(tf.buffer([3]).values).toEqual(new Float32Array(3))
    for (let i = 0; i < 5; i++) expect([...step().dataSync()].map(Math.floor)).toEqual([0, 0, 0, 3])
    step.dispose()
  })

  it('variables made of random numbers, computed with or not, are made once', () => {
    const made: tf.Variable[] = []
    const step = capture(
      (x: tf.Tensor) => {
        const w = tf.randomNormal([100], 0, 1)
        made.push(tf.variable(w), tf.variable(tf.add(tf.mul(w, 2), 1)))
        return tf.add(tf.mul(x, made[0]), tf.randomUniform([100], 0, 1e-3))
      },
      tf.ones([100]),
    )
    const [w, v] = made.map((variable) => variable.dataSync())
    expect(v).toEqual(w.map((value) => value * 2 + 1))
    expect(Math.abs(mean(w))).toBeLessThan(0.5)
    for (let i = 0; i < 3; i++)
      for (const [j, y] of step(new Float32Array(100).fill(1)).dataSync().entries())
        expect(Math.abs(y - w[j] - 5e-4)).toBeLessThan(6e-4)
    expect(made[0].dataSync()).toEqual(w)
    step.dispose()
    for (const variable of made) variable.dispose()
  })

  it('refuses random numbers that JavaScript makes, or has read', () => {
    const refused = (fn: () => tf.Tensor) => {
      expect(() => capture(fn, [])).toThrow(CaptureError)
      expect(() => capture(fn, [])).toThrow('makes random numbers in JavaScript')
    }
    refused(() => tf.rand([5], () => Math.random()))
    refused(() => tf.randomGamma([5], 2))
    refused(() => tf.randomNormal([5], 0, 10, 'int32'))
    refused(() => tf.tensor([...tf.randomUniform([5]).dataSync()]))
    expect(Object.hasOwn(tf.TensorBuffer.prototype, 'values')).toBe(false)
  })

  it('gives its memory back', () => {
    const run = () => {
      const step = capture((x: tf.Tensor) => tf.dropout(x, 0.5), { shape: [100] })
      step.run([new Float32Array(100)], [new Float32Array(100)])
      step.dispose()
    }
    run()
    const { bytesInUse } = info().memory
    for (let i = 0; i < 20; i++) run()
    expect(info().memory.bytesInUse).toBe(bytesInUse)
  })

  const { alphaDropout, dense, dropout, gaussianDropout, gaussianNoise, gru, lstm, spatialDropout1d } = tfl.layers
  const sequence = { returnSequences: true, inputShape: [6, 8], recurrentInitializer: 'glorotNormal' as const }

  for (const [name, layer] of Object.entries<() => tfl.layers.Layer>({
    dropout: () => dropout({ rate: 0.5, inputShape: [6, 8] }),
    spatialDropout1d: () => spatialDropout1d({ rate: 0.5, inputShape: [6, 8] }),
    alphaDropout: () => alphaDropout({ rate: 0.5, inputShape: [6, 8] }),
    gaussianDropout: () => gaussianDropout({ rate: 0.5, inputShape: [6, 8] }),
    gaussianNoise: () => gaussianNoise({ stddev: 0.5, inputShape: [6, 8] }),
    'lstm with dropout': () => lstm({ units: 8, dropout: 0.5, recurrentDropout: 0.5, ...sequence }),
    'gru with dropout': () => gru({ units: 8, dropout: 0.5, recurrentDropout: 0.5, ...sequence }),
  }))
    it(`an accelerated model with ${name} draws anew in each step, and without training not at all`, async () => {
      const warn = console.warn
      const warnings: unknown[] = []
      console.warn = (text: unknown) => warnings.push(text)
      const model = accelerate(tfl.sequential({ layers: [layer(), tfl.layers.flatten(), dense({ units: 1 })] }))
      model.compile({ optimizer: tf.train.sgd(0), loss: 'meanSquaredError' })
      const x = tf.randomNormal([4, 6, 8], 0, 1, 'float32', 1)
      const y = tf.randomNormal([4, 1], 0, 1, 'float32', 2)
      const { history } = await model.fit(x, y, { epochs: 5, batchSize: 4, verbose: 0, validationData: [x, y] })
      console.warn = warn
      expect(warnings).toEqual([])
      expect(new Set(history.loss).size).toBe(5)
      expect(new Set(history.val_loss).size).toBe(1)
      model.dispose()
    })
}
