import { env, getGradient, setBackend, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { info } from '../src/index.ts'
import { customGradients } from '../support/customGradients.ts'
import { record } from '../support/record.ts'
import { attentions } from './attention.ts'
import { CPU_ERROR, checkGradients, differentiate, FINITE_ERROR } from './check.ts'
import { elementwise } from './elementwise.ts'
import { lstms } from './lstm.ts'
import { matrices } from './matrices.ts'
import { move } from './move.ts'
import { products, reductions } from './reduce.ts'
import { resized } from './resize.ts'
import { windows } from './windows.ts'

const cases = [...elementwise, ...move, ...reductions, ...windows, ...matrices, ...resized, ...lstms, ...attentions]
const withFallback = products

beforeAll(async () => {
  await setBackend('lanewise')
  env().set('IS_TEST', true)
})

describe(`gradients are within ${FINITE_ERROR} of finite differences, and within ${CPU_ERROR} of backend-cpu's`, () => {
  for (const c of cases) it(`${c.kernel} ${c.name}`, () => checkGradients(c))
  for (const c of withFallback) it(`${c.kernel} ${c.name}`, () => checkGradients(c, true))
})

describe('the cases above', () => {
  it('cover every native kernel that has a gradient', () => {
    const tested = new Set([...cases, ...withFallback].map(({ kernel }) => kernel))
    const differentiable = info().kernels.native.filter((name) => getGradient(name) ?? customGradients[name])
    expect(differentiable.filter((name) => !tested.has(name))).toEqual([])
  })

  it('launch every native kernel that computes a gradient', async () => {
    await setBackend('lanewise')
    const launched = record(() => {
      for (const c of cases) tidy(() => differentiate(c))
    })
    const names = new Set(launched.map(({ kernel }) => kernel))
    const gradients = info().kernels.native.filter((name) => /Grad$|Backprop/.test(name))
    expect(gradients.length).toBeGreaterThanOrEqual(9)
    expect(gradients.filter((name) => !names.has(name))).toEqual([])
  })
})
