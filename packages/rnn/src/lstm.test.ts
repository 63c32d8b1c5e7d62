import { info } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { reloaded, saved } from '../../backend/src/layers/save.testing.ts'
import { LSTM, type LSTMLayerArgs, lstm } from './index.ts'

/** Relative to max(|expected|, 1). */
const TOLERANCE = 1e-5

beforeAll(async () => {
  await tf.setBackend('lanewise')
})

type Layer = tfl.layers.Layer
type Values = number[][]

const BATCH = 3
const STEPS = 5
const INPUTS = 4
const UNITS = 6

/** Weights that are the same for every layer, and wide enough to reach the flat parts of hardSigmoid. */
function setWeights(layer: Layer): void {
  layer.setWeights(layer.getWeights().map(({ shape }, i) => tf.randomUniform(shape, -1.5, 1.5, 'float32', 50 + i)))
}

function close(actual: Values, expected: Values, what: string): void {
  expect(actual.length).toBe(expected.length)
  for (const [i, values] of expected.entries()) {
    expect(actual[i].length).toBe(values.length)
    for (let j = 0; j < values.length; j++) {
      const error = Math.abs(actual[i][j] - values[j]) / Math.max(1, Math.abs(values[j]))
      if (!(error <= TOLERANCE)) throw new Error(`${what} ${i}[${j}] is ${actual[i][j]}, expected ${values[j]}`)
    }
  }
}

const read = (tensors: tf.Tensor[]): Values => tensors.map((tensor) => Array.from(tensor.dataSync<'float32'>()))

/** Outputs, and gradients of a loss of all outputs with regard to weights, x and initial states. */
function evaluate(
  layer: Layer,
  x: tf.Tensor,
  states?: tf.Tensor[],
  training = false,
): { outputs: Values; gradients: Values } {
  return tf.tidy(() => {
    const apply = (input: tf.Tensor, initialState?: tf.Tensor[]) =>
      [layer.apply(input, { training, ...(initialState && { initialState }) })].flat() as tf.Tensor[]
    apply(x, states)
    setWeights(layer)
    const loss = (input: tf.Tensor, ...initialState: tf.Tensor[]) => {
      const sums = apply(input, states && initialState).map((output, i) =>
        tf.sum(tf.mul(output, tf.randomUniform(output.shape, -1, 1, 'float32', 80 + i))),
      )
      return tf.addN(sums) as tf.Scalar
    }
    const outputs = read(apply(x, states))
    const { grads } = tf.variableGrads(() => loss(x, ...(states ?? [])))
    const ofWeights = layer.trainableWeights.map((weight) => grads[(weight.read() as tf.Variable).name])
    const ofInputs = tf.grads(loss)([x, ...(states ?? [])])
    return { outputs, gradients: read([...ofWeights, ...ofInputs]) }
  })
}

async function onBackend<T>(name: string, run: () => T): Promise<T> {
  await tf.setBackend(name)
  try {
    return run()
  } finally {
    await tf.setBackend('lanewise')
  }
}

/** Runs `run` and returns what it gives and how many fused operations it called. */
function countingFused<T>(run: () => T): { value: T; fused: number } {
  const runKernel = vi.spyOn(tf.engine(), 'runKernel')
  try {
    const value = run()
    return { value, fused: runKernel.mock.calls.filter(([name]) => name === 'LanewiseLSTM').length }
  } finally {
    runKernel.mockRestore()
  }
}

const input = () => tf.randomUniform([BATCH, STEPS, INPUTS], -1, 1, 'float32', 1)
const initialStates = () => [2, 3].map((seed) => tf.randomUniform([BATCH, UNITS], -1, 1, 'float32', seed))

describe(`LSTM has the stock layer's outputs and gradients to ${TOLERANCE}`, () => {
  const settings: Partial<LSTMLayerArgs>[] = [
    {},
    { returnSequences: true },
    { returnState: true },
    { returnSequences: true, returnState: true, goBackwards: true },
    { goBackwards: true },
    { recurrentActivation: 'sigmoid' },
    { activation: 'relu', recurrentActivation: 'tanh' },
    { activation: 'linear' },
    { useBias: false },
    { unitForgetBias: true },
    { kernelRegularizer: 'l1l2', biasConstraint: 'nonNeg' },
    { units: 1 },
  ]
  for (const withState of [false, true]) {
    it.each(settings)(`${withState ? 'initial state, ' : ''}%j`, async (more) => {
      const args = { units: UNITS, ...more }
      const states = () =>
        withState ? initialStates().map((state) => tf.slice(state, 0, [BATCH, args.units])) : undefined
      const expected = await onBackend('cpu', () =>
        tf.tidy(() => evaluate(tfl.layers.lstm({ ...args }), input(), states())),
      )
      const { value, fused } = countingFused(() => tf.tidy(() => evaluate(lstm(args), input(), states())))
      close(value.outputs, expected.outputs, 'output')
      close(value.gradients, expected.gradients, 'gradient')
      expect(fused).toBeGreaterThan(0)
    })
  }

  it('dropout of inputs, in training only', async () => {
    const dropoutFunc = (ones: tf.Tensor, rate: number) =>
      tf.div(tf.cast(tf.greater(tf.randomUniform(ones.shape, 0, 1, 'float32', 9), rate), 'float32'), 1 - rate)
    const args = { units: UNITS, dropout: 0.5, dropoutFunc } as LSTMLayerArgs
    const run = (make: (args: LSTMLayerArgs) => Layer) => () =>
      tf.tidy(() => [true, false].map((training) => evaluate(make({ ...args }), input(), undefined, training)))
    const expected = await onBackend('cpu', run(tfl.layers.lstm))
    const { value, fused } = countingFused(run(lstm))
    value.forEach((result, i) => {
      close(result.outputs, expected[i].outputs, 'output')
      close(result.gradients, expected[i].gradients, 'gradient')
    })
    expect(value[0].outputs).not.toEqual(value[1].outputs)
    expect(fused).toBeGreaterThan(0)
  })

  it('states kept from batch to batch, and reset', async () => {
    const run = (make: (args: LSTMLayerArgs) => Layer) => () =>
      tf.tidy(() => {
        const layer = make({
          units: UNITS,
          stateful: true,
          batchInputShape: [BATCH, STEPS, INPUTS],
          returnSequences: true,
        })
        layer.apply(input())
        layer.resetStates()
        setWeights(layer)
        const first = layer.apply(input()) as tf.Tensor
        const second = layer.apply(input()) as tf.Tensor
        layer.resetStates()
        return read([first, second, layer.apply(input()) as tf.Tensor])
      })
    const expected = await onBackend('cpu', run(tfl.layers.lstm))
    const { value, fused } = countingFused(run(lstm))
    close(value, expected, 'output')
    expect(value[0]).not.toEqual(value[1])
    expect(fused).toBe(4)
  })

  it('symbolic initial states, and the states of another layer', async () => {
    const run = (make: (args: LSTMLayerArgs) => Layer) => () =>
      tf.tidy(() => {
        const source = tfl.input({ shape: [STEPS, INPUTS] })
        const [, h, c] = make({ units: UNITS, returnState: true, name: 'encoder' }).apply(
          source,
        ) as tfl.SymbolicTensor[]
        const output = make({ units: UNITS, name: 'decoder' }).apply([source, h, c]) as tfl.SymbolicTensor
        const model = tfl.model({ inputs: source, outputs: output })
        for (const layer of model.layers) setWeights(layer)
        return read([model.predict(input()) as tf.Tensor])
      })
    close(countingFused(run(lstm)).value, await onBackend('cpu', run(tfl.layers.lstm)), 'output')
  })

  it('inside Bidirectional', async () => {
    const run = (make: (args: LSTMLayerArgs) => Layer) => () =>
      tf.tidy(() => {
        const layer = make({ units: UNITS, returnSequences: true, name: 'inner' })
        const model = tfl.sequential({
          layers: [
            tfl.layers.bidirectional({ layer: layer as never, inputShape: [STEPS, INPUTS], mergeMode: 'concat' }),
          ],
        })
        setWeights(model.layers[0])
        return read([model.predict(input()) as tf.Tensor])
      })
    const { value, fused } = countingFused(run(lstm))
    close(value, await onBackend('cpu', run(tfl.layers.lstm)), 'output')
    expect(fused).toBe(2)
  })
})

/** Outputs, and gradients with regard to x, of a call with a mask. */
function masked(layer: Layer, mask: number[][]): Values {
  return tf.tidy(() => {
    const apply = (x: tf.Tensor) =>
      [layer.apply(x, { mask: tf.tensor2d(mask, undefined, 'bool') })].flat() as tf.Tensor[]
    apply(input())
    setWeights(layer)
    if (layer.stateful) layer.resetStates()
    const loss = (x: tf.Tensor) =>
      tf.addN(apply(x).map((y) => tf.sum(tf.mul(y, tf.randomUniform(y.shape, -1, 1, 'float32', 80))))) as tf.Scalar
    return read([...apply(input()), tf.grad(loss)(input())])
  })
}

it.each([
  {},
  { returnSequences: true },
  { returnState: true, goBackwards: true },
  { stateful: true, batchInputShape: [BATCH, STEPS, INPUTS] },
] as Partial<LSTMLayerArgs>[])("LSTM with %j has the stock layer's numbers where a mask hides steps", async (more) => {
  const args = { units: UNITS, ...more }
  const mask = [
    [1, 1, 1, 0, 0],
    [0, 1, 0, 1, 1],
    [0, 0, 0, 0, 0],
  ]
  const { value, fused } = countingFused(() => masked(lstm(args), mask))
  close(value, await onBackend('cpu', () => masked(tfl.layers.lstm({ ...args }), mask)), 'output')
  expect(fused).toBe(3)
})

it('LSTM behind a Masking layer', async () => {
  const run = (make: (args: LSTMLayerArgs) => Layer) => () =>
    tf.tidy(() => {
      const model = tfl.sequential({
        layers: [tfl.layers.masking({ maskValue: 0, inputShape: [STEPS, INPUTS] }), make({ units: UNITS })],
      })
      for (const layer of model.layers) setWeights(layer)
      const zeros = tf.zeros([BATCH, 2, INPUTS])
      return read([model.predict(tf.concat([zeros, tf.slice(input(), 0, [BATCH, 3, INPUTS])], 1)) as tf.Tensor])
    })
  const { value, fused } = countingFused(run(lstm))
  close(value, await onBackend('cpu', run(tfl.layers.lstm)), 'output')
  expect(fused).toBe(1)
})

describe('LSTM leaves to the stock layer', () => {
  it.each([{ recurrentDropout: 0.5 }, { activation: 'softsign' }] as const)('%j', async (more) => {
    const args = { units: UNITS, ...more }
    const expected = await onBackend('cpu', () => tf.tidy(() => evaluate(tfl.layers.lstm({ ...args }), input())))
    const { value, fused } = countingFused(() => tf.tidy(() => evaluate(lstm(args), input())))
    close(value.outputs, expected.outputs, 'output')
    close(value.gradients, expected.gradients, 'gradient')
    expect(fused).toBe(0)
  })

  it('other backends', async () => {
    const { outputs } = await onBackend('cpu', () =>
      tf.tidy(() => evaluate(tfl.layers.lstm({ units: UNITS }), input())),
    )
    const here = await onBackend('cpu', () =>
      countingFused(() => tf.tidy(() => evaluate(lstm({ units: UNITS }), input()))),
    )
    expect(here.value.outputs).toEqual(outputs)
    expect(here.fused).toBe(0)
  })
})

describe('saved models', () => {
  const stockClass = tfl.layers.lstm({ units: 1, name: 'x' }).constructor as new (args: LSTMLayerArgs) => Layer
  const register = (cls: unknown) => tf.serialization.registerClass(cls as never)
  const build = (make: (args: LSTMLayerArgs) => Layer) =>
    tfl.sequential({
      layers: [
        make({ units: UNITS, recurrentActivation: 'sigmoid', inputShape: [STEPS, INPUTS] }),
        tfl.layers.dense({ units: 1 }),
      ],
    })

  it('of the stock layer load as the fused one, with the same numbers', async () => {
    const stock = build(tfl.layers.lstm)
    const loaded = await reloaded(stock)
    expect(loaded.layers[0]).toBeInstanceOf(LSTM)
    const { value, fused } = countingFused(() => read([loaded.predict(input()) as tf.Tensor]))
    close(value, read([stock.predict(input()) as tf.Tensor]), 'output')
    expect(fused).toBe(1)
  })

  it('of the fused layer load as the stock one where only that is registered, with the same numbers', async () => {
    const fused = build(lstm)
    const artifacts = await saved(fused)
    register(stockClass)
    try {
      const loaded = await tfl.loadLayersModel(tf.io.fromMemory(artifacts))
      expect(loaded.layers[0]).not.toBeInstanceOf(LSTM)
      expect(JSON.stringify(loaded.layers[0].getWeights().map(String))).toBe(
        JSON.stringify(fused.layers[0].getWeights().map(String)),
      )
      close(read([fused.predict(input()) as tf.Tensor]), read([loaded.predict(input()) as tf.Tensor]), 'output')
    } finally {
      register(LSTM)
    }
  })

  it('of the fused layer load as the fused one, bit for bit', async () => {
    const fused = build(lstm)
    const loaded = await reloaded(fused)
    expect(read([loaded.predict(input()) as tf.Tensor])).toEqual(read([fused.predict(input()) as tf.Tensor]))
  })
})

it('trains as the stock layer does, and leaves no memory behind', async () => {
  const fit = async (make: (args: LSTMLayerArgs) => Layer) => {
    const model = tfl.sequential({
      layers: [
        make({ units: UNITS, returnSequences: true, inputShape: [STEPS, INPUTS] }),
        make({ units: UNITS }),
        tfl.layers.dense({ units: 1 }),
      ],
    })
    for (const layer of model.layers) setWeights(layer)
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })
    const [x, y] = [input(), tf.ones([BATCH, 1])]
    const losses = [await model.trainOnBatch(x, y)]
    const memory = () => [tf.memory().numTensors, info().memory.bytesInUse]
    const before = memory()
    for (let i = 0; i < 3; i++) losses.push(await model.trainOnBatch(x, y))
    if (tf.getBackend() === 'lanewise') expect(memory()).toEqual(before)
    return [losses as number[]]
  }
  await tf.setBackend('cpu')
  const expected = await fit(tfl.layers.lstm)
  await tf.setBackend('lanewise')
  close(await fit(lstm), expected, 'loss')
})

describe('lstm refuses', () => {
  it.each([
    [{ units: 4, recurentDropout: 0.1 }, "lstm: unknown option 'recurentDropout'; allowed are units, activation"],
    [{}, 'lstm: units: missing'],
    [{ units: 0 }, 'lstm: units: 0 is not a positive integer'],
    [{ units: 4, activation: 'tan' }, 'Unknown activation'],
  ])('%j, and the next call works', (args, message) => {
    expect(() => lstm(args as LSTMLayerArgs)).toThrow(message)
    const good = { units: 4 }
    expect(lstm(good)).toBeInstanceOf(LSTM)
    expect(lstm(good)).toBeInstanceOf(LSTM)
  })

  it('input of another rank or width, and initial states of another shape', () => {
    tf.tidy(() => {
      const layer = lstm({ units: UNITS })
      expect(() => layer.apply(tf.zeros([2, 3]))).toThrow('expected ndim=3')
      layer.apply(input())
      expect(() => layer.apply(tf.zeros([BATCH, STEPS, 2]))).toThrow('expected shape=,,4, found shape=3,5,2')
      const wrong = [tf.zeros([BATCH, 2]), tf.zeros([BATCH, 2])]
      expect(() => layer.apply(input(), { initialState: wrong })).toThrow(
        'LSTM: initialState: of shapes [3, 2], [3, 2]; expected h and c, [batch, 6] each',
      )
      expect(() => layer.apply(input(), { initialState: [wrong[0]] })).toThrow(
        'initialState: of shapes [3, 2]; expected h and c',
      )
      layer.apply(input(), { initialState: initialStates() })
    })
  })
})
