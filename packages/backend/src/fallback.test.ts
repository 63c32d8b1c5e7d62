import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { configure, info } from './index.ts'

const x = () => tf.complex([1, 2, 3, 4], [0, 0, 0, 0])
const transform = () => tf.tidy(() => Array.from(tf.real(tf.fft(x())).dataSync()))
const spectrum = [10, -2, -2, -2]

describe('fallback', () => {
  beforeAll(async () => {
    await tf.setBackend('lanewise')
  })
  afterEach(() => {
    configure({ fallback: 'silent' })
    vi.restoreAllMocks()
  })

  it('serves every kernel that backend-cpu has', () => {
    const names = (backend: string) =>
      tf
        .getKernelsForBackend(backend)
        .map(({ kernelName }) => kernelName)
        .sort()
    expect(names('cpu')).toHaveLength(172)
    expect(names('lanewise')).toEqual(expect.arrayContaining(names('cpu')))
    const { native, fallback } = info().kernels
    expect([...native, ...fallback].sort()).toEqual(names('lanewise'))
  })

  it('is silent by default', () => {
    const warn = vi.spyOn(console, 'warn')
    expect(transform()).toEqual(spectrum)
    expect(warn).not.toHaveBeenCalled()
  })

  it('warn: says so once per kernel', () => {
    configure({ fallback: 'warn' })
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    transform()
    transform()
    const lines = warn.mock.calls.map(([line]) => line as string)
    expect(lines).toContain('lanewise: kernel FFT runs as plain JavaScript (there is no SIMD kernel yet)')
    expect(new Set(lines).size).toBe(lines.length)
  })

  it('error: throws, naming the kernel and why; the next call works', () => {
    const before = tf.memory()
    configure({ fallback: 'error' })
    expect(() => tf.tidy(() => tf.fft(x()))).toThrow(/kernel Complex has no SIMD version here/)
    expect(() => tf.tidy(() => tf.relu6(tf.tensor([1], [1], 'int32')))).toThrow('(x is int32, not float32)')
    expect(tf.tidy(() => tf.neg(tf.tensor([1])).arraySync())).toEqual([-1])
    expect(tf.memory()).toEqual(before)
  })
})

it('a kernel of our own, which has no fallback, says what it does not take', async () => {
  await tf.setBackend('lanewise')
  const inputs = [tf.zeros([1, 2, 3]), tf.zeros([3, 16]), tf.zeros([4, 16], 'int32')] as never
  expect(() => tf.engine().runKernel('LanewiseLSTM', inputs, {})).toThrow(
    'kernel LanewiseLSTM can not serve this call: recurrentKernel is int32, not float32',
  )
  const qkv = [tf.zeros([1, 1, 2, 3]), tf.zeros([1, 1, 2, 3]), tf.zeros([1, 1, 2, 3], 'bool')] as never
  expect(() => tf.engine().runKernel('LanewiseAttention', qkv, { numHeads: 0 })).toThrow('v is bool, not float32')
})

it('brings gradients and chained ops', () => {
  expect(
    tf
      .grad((v) => v.square().sum())(tf.tensor([1, 2]))
      .arraySync(),
  ).toEqual([2, 4])
  expect(tf.tensor([[1, 2]]).flatten().shape).toEqual([2])
})
