import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { info, lstm, lstmStep } from '../index.ts'
import { composedLstm } from './lstm.testing.ts'
import type { LstmOptions } from './lstm.ts'

const VALUES = 2e-6
const GRADIENTS = 1e-5

type Inputs = 'x' | 'kernel' | 'recurrentKernel' | 'bias' | 'h0' | 'c0'

interface Case extends Omit<LstmOptions, 'initialState' | 'mask'> {
  /** [batch][steps] */
  hidden?: number[][]
  batch?: number
  steps?: number
  inputs?: number
  units?: number
  useBias?: boolean
  useState?: boolean
}

const HIDDEN = [
  [1, 0, 1, 1],
  [0, 0, 0, 0],
  [0, 1, 1, 0],
]

function shapes({ batch = 3, steps = 4, inputs = 5, units = 6, timeMajor }: Case): Record<Inputs, number[]> {
  return {
    x: timeMajor ? [steps, batch, inputs] : [batch, steps, inputs],
    kernel: [inputs, 4 * units],
    recurrentKernel: [units, 4 * units],
    bias: [4 * units],
    h0: [batch, units],
    c0: [batch, units],
  }
}

function tensors(c: Case): tf.Tensor[] {
  return Object.values(shapes(c)).map((shape, i) => tf.randomUniform(shape, -1, 1, 'float32', i + 1))
}

/** The formula in TensorFlow.js's own ops. */
function composition([x, kernel, recurrentKernel, bias, h, c]: tf.Tensor[], o: Case): tf.Tensor[] {
  const { activation = 'tanh', recurrentActivation = 'sigmoid', timeMajor } = o
  const mask = o.hidden && tf.tensor2d(o.hidden, undefined, 'bool')
  return composedLstm(
    { x, kernel, recurrentKernel, ...(o.useBias !== false && { bias }), ...(o.useState !== false && { h, c }) },
    { ...o, activation, recurrentActivation },
    mask && timeMajor ? tf.transpose(mask) : mask,
  )
}

/** As a comparison makes it, which has no gradient. */
function maskOf(x: tf.Tensor, c: Case): tf.Tensor {
  const mask = tf.tensor2d(c.hidden as number[][])
  const nothing = tf.mul(tf.slice(tf.reshape(x, [-1]), 0, 1), 0)
  return tf.greater(tf.add(c.timeMajor ? tf.transpose(mask) : mask, nothing), 0)
}

function fused([x, kernel, recurrentKernel, bias, h0, c0]: tf.Tensor[], c: Case): tf.Tensor[] {
  const { activation, recurrentActivation, goBackwards, timeMajor, returnSequences } = c
  const result = lstm(x, kernel, recurrentKernel, c.useBias === false ? null : bias, {
    activation,
    recurrentActivation,
    goBackwards,
    timeMajor,
    returnSequences,
    initialState: c.useState === false ? undefined : [h0, c0],
    mask: c.hidden && maskOf(x, c),
  })
  return result.sequences ? [result.h, result.c, result.sequences] : [result.h, result.c]
}

type Model = (inputs: tf.Tensor[], c: Case) => tf.Tensor[]

/** A sum of all outputs in which each element weighs something else. */
function loss(outputs: tf.Tensor[]): tf.Scalar {
  const sums = outputs.map((output, i) =>
    tf.sum(tf.mul(output, tf.randomUniform(output.shape, -1, 1, 'float32', 20 + i))),
  )
  return tf.addN(sums) as tf.Scalar
}

function run(model: Model, inputs: tf.Tensor[], c: Case): Float32Array[] {
  return tf.tidy(() => model(inputs, c).map((output) => output.dataSync() as Float32Array))
}

function gradients(model: Model, inputs: tf.Tensor[], c: Case): Float32Array[] {
  return tf.tidy(() => {
    const grads = tf.grads((...xs: tf.Tensor[]) => loss(model(xs, c)))(inputs.filter((_, i) => used(c)[i]))
    return grads.map((grad) => grad.dataSync() as Float32Array)
  })
}

function used(c: Case): boolean[] {
  const state = c.useState !== false
  return [true, true, true, c.useBias !== false, state, state]
}

function close(actual: Float32Array[], expected: Float32Array[], tolerance: number, what: string): void {
  expect(actual.length).toBe(expected.length)
  for (const [i, values] of expected.entries()) {
    expect(actual[i].length).toBe(values.length)
    for (let j = 0; j < values.length; j++) {
      const error = Math.abs(actual[i][j] - values[j]) / Math.max(1, Math.abs(values[j]))
      if (!(error <= tolerance)) throw new Error(`${what} ${i}[${j}] is ${actual[i][j]}, expected ${values[j]}`)
    }
  }
}

async function compare(c: Case): Promise<void> {
  await tf.setBackend('cpu')
  const expected = tf.tidy(() => run(composition, tensors(c), c))
  const all = (model: Model) => (xs: tf.Tensor[]) => {
    const full = tensors(c)
    let next = 0
    return model(
      full.map((tensor, i) => (used(c)[i] ? xs[next++] : tensor)),
      c,
    )
  }
  const expectedGrads = tf.tidy(() => gradients((xs) => all(composition)(xs), tensors(c), c))
  await tf.setBackend('lanewise')
  const buffers = tf.memory().numDataBuffers
  const bytes = info().memory.bytesInUse
  close(
    tf.tidy(() => run(fused, tensors(c), c)),
    expected,
    VALUES,
    'output',
  )
  close(
    tf.tidy(() => gradients((xs) => all(fused)(xs), tensors(c), c)),
    expectedGrads,
    GRADIENTS,
    'gradient',
  )
  expect(tf.memory().numDataBuffers).toBe(buffers)
  expect(info().memory.bytesInUse).toBe(bytes)
}

beforeAll(async () => {
  await tf.setBackend('lanewise')
  tf.env().set('IS_TEST', true)
})

describe(`lstm agrees with the formula in TensorFlow.js's ops to ${VALUES}, its gradients to ${GRADIENTS}`, () => {
  const cases: Case[] = [
    {},
    { returnSequences: true },
    { goBackwards: true },
    { goBackwards: true, returnSequences: true },
    { timeMajor: true, returnSequences: true },
    { timeMajor: true, goBackwards: true },
    { useBias: false },
    { useState: false },
    { useState: false, useBias: false, returnSequences: true },
    { batch: 1, steps: 10, inputs: 1, units: 64 },
    { batch: 7, steps: 3, inputs: 17, units: 9 },
    { steps: 1 },
    { hidden: HIDDEN },
    { hidden: HIDDEN, returnSequences: true, useState: false },
    { hidden: HIDDEN, returnSequences: true, goBackwards: true, timeMajor: true },
    { hidden: HIDDEN.map((row) => row.map(() => 1)) },
    { units: 1, inputs: 1 },
    { recurrentActivation: 'hardSigmoid' },
    { recurrentActivation: 'tanh', activation: 'sigmoid' },
    { activation: 'linear' },
    { activation: 'relu', recurrentActivation: 'hardSigmoid' },
  ]
  it.each(cases)('%j', (c) => compare(c))
})

it('lstmStep is one step of lstm', () => {
  tf.tidy(() => {
    const c = { steps: 1, recurrentActivation: 'hardSigmoid' } as const
    const [x, kernel, recurrentKernel, bias, h0, c0] = tensors(c)
    const step = lstmStep(tf.squeeze(x, [1]), h0, c0, kernel, recurrentKernel, bias, {
      recurrentActivation: 'hardSigmoid',
    })
    close(
      step.map((t) => t.dataSync() as Float32Array),
      run(fused, [x, kernel, recurrentKernel, bias, h0, c0], c),
      0,
      'output',
    )
  })
})

it('takes weights of one tensor under two shapes', () => {
  tf.tidy(() => {
    const weights = tf.randomUniform([24, 32], -1, 1, 'float32', 1)
    for (const kernel of [weights, tf.reshape(weights, [12, 64]), weights]) {
      const c: Case = { inputs: kernel.shape[0], units: (kernel.shape[1] as number) / 4 }
      const [x, , ...rest] = tensors(c)
      close(run(fused, [x, kernel, ...rest], c), run(composition, [x, kernel, ...rest], c), VALUES, 'output')
    }
  })
})

it('gives a gradient of what is asked for only, and twice from one variable used as both states', () => {
  tf.tidy(() => {
    const c: Case = {}
    const [x, kernel, recurrentKernel, bias, h0] = tensors(c)
    const model = (state: tf.Tensor) => loss(fused([x, kernel, recurrentKernel, bias, state, state], c))
    const stock = (state: tf.Tensor) => loss(composition([x, kernel, recurrentKernel, bias, state, state], c))
    const actual = tf.grad(model)(h0).dataSync() as Float32Array
    close([actual], [tf.grad(stock)(h0).dataSync() as Float32Array], GRADIENTS, 'gradient')
  })
})

it('takes an empty batch, no steps and no inputs', () => {
  tf.tidy(() => {
    for (const c of [{ batch: 0 }, { steps: 0 }, { inputs: 0 }] as Case[]) {
      const inputs = tensors({ ...c, returnSequences: true })
      const [h, cell, sequences] = fused(inputs, { ...c, returnSequences: true })
      expect(h.shape).toEqual(shapes(c).h0)
      expect(sequences.shape).toEqual([...shapes(c).x.slice(0, 2), 6])
      if (c.steps === 0) {
        expect(Array.from(h.dataSync())).toEqual(Array.from(inputs[4].dataSync()))
        expect(Array.from(cell.dataSync())).toEqual(Array.from(inputs[5].dataSync()))
      }
    }
  })
})

describe('refuses', () => {
  let good: tf.Tensor[]
  beforeEach(() => {
    good = tensors({})
  })
  const call = (inputs: unknown[], options?: object) =>
    lstm(
      ...([...inputs.slice(0, 4), { initialState: inputs.slice(4), ...options }] as unknown as Parameters<typeof lstm>),
    )
  const wrong: [string, number, () => unknown, string][] = [
    ['x of rank 2', 0, () => tf.zeros([3, 4]), 'lstm: x has shape [3,4]; expected [batch, steps, inputs]'],
    ['an int32 x', 0, () => tf.zeros([3, 4, 5], 'int32'), 'lstm: x is int32; expected float32'],
    ['an array', 0, () => [[[1]]], 'lstm: x: expected a tf.Tensor'],
    ['a kernel of other inputs', 1, () => tf.zeros([4, 24]), 'lstm: kernel has shape [4,24]; expected [5, 24]'],
    ['no kernel', 1, () => undefined, 'lstm: kernel: expected a tf.Tensor, got undefined'],
    [
      'a recurrent kernel that is not [u, 4u]',
      2,
      () => tf.zeros([6, 23]),
      'lstm: recurrentKernel has shape [6,23]; expected [6, 24]',
    ],
    ['a short bias', 3, () => tf.zeros([6]), 'lstm: bias has shape [6]; expected [24]'],
    ['h of another batch', 4, () => tf.zeros([2, 6]), 'lstm: initialState[0] has shape [2,6]; expected [3, 6]'],
    ['c of other units', 5, () => tf.zeros([3, 5]), 'lstm: initialState[1] has shape [3,5]; expected [3, 6]'],
  ]
  it.each(wrong)('%s, and the next call works', (_, which, make, message) => {
    tf.tidy(() => {
      const given = [...good] as unknown[]
      given[which] = make()
      expect(() => call(given)).toThrow(message)
      call(good)
    })
  })

  it.each([
    [{ units: 3 }, "lstm: unknown option 'units'; allowed are activation, recurrentActivation, initialState"],
    [{ activation: 'elu' }, "lstm: activation: 'elu' is unknown; allowed are linear, relu, tanh"],
    [{ returnSequences: 1 }, 'lstm: returnSequences: expected true or false, got 1'],
    [{ initialState: [1] }, 'lstm: initialState: expected two tensors, [h, c]'],
  ])('%j', (options, message) => expect(() => call(good, options)).toThrow(message))

  it('a mask of another type or shape', () => {
    expect(() => call(good, { mask: tf.zeros([3, 4]) })).toThrow('lstm: mask is float32; expected bool')
    const turned = tf.zeros([4, 3], 'bool')
    expect(() => call(good, { mask: turned })).toThrow('lstm: mask has shape [4,3]; expected [3, 4]')
  })

  it('a disposed tensor, and another backend', async () => {
    const x = tf.zeros([3, 4, 5])
    x.dispose()
    expect(() => call([x, ...good.slice(1)])).toThrow('lstm: x is disposed')
    await tf.setBackend('cpu')
    expect(() => call(good)).toThrow('lstm: runs on the backend lanewise; the active one is cpu')
    await tf.setBackend('lanewise')
    expect(() => lstmStep(good[0], good[4], good[5], good[1], good[2])).toThrow(
      'lstmStep: x has shape [3,4,5]; expected [batch, inputs]',
    )
  })
})
