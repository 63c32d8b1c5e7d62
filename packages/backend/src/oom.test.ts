import { OutOfMemoryError } from '@lanewise/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { calls } from '../support/calls.ts'
import type { LanewiseBackend } from './backend.ts'
import { info } from './index.ts'

describe('out of memory at any allocation', () => {
  let backend: LanewiseBackend
  beforeAll(async () => {
    await tf.setBackend('lanewise')
    backend = tf.backend() as LanewiseBackend
  })

  it.each(Object.keys(calls))('%s: all is given back, and the same call works then', (name) => {
    const { heap } = backend.rt
    const state = () => ({ bytes: heap.inUse, blocks: heap.blocks, ids: backend.numDataIds() })
    const compute = () => tf.tidy(() => [calls[name]()].flat().map((tensor) => Array.from(tensor.dataSync())))
    const expected = compute()
    const before = state()
    for (let failing = 0; ; failing++) {
      let left = failing
      const alloc = heap.alloc.bind(heap)
      heap.alloc = (bytes) => {
        if (left-- === 0) throw new OutOfMemoryError(bytes, heap.inUse, heap.limit)
        return alloc(bytes)
      }
      let failed: unknown
      try {
        compute()
      } catch (error) {
        failed = error
      }
      Reflect.deleteProperty(heap, 'alloc')
      // tfjs-core leaves what a gradient has saved when it throws, whatever the backend.
      const { state: engineState } = tf.engine()
      if (failed !== undefined) for (const node of engineState.activeTape ?? []) tf.dispose(node.saved ?? [])
      engineState.activeTape = null as never
      if (failed !== undefined) expect(failed).toBeInstanceOf(OutOfMemoryError)
      expect(state(), `allocation ${failing} failed`).toEqual(before)
      if (failed === undefined) break
    }
    expect(compute()).toEqual(expected)
  })

  it('the calls above reach every native kernel', async () => {
    const { kernelNames } = await tf.profile(() => {
      for (const call of Object.values(calls)) tf.tidy(() => void call())
      return tf.scalar(0)
    })
    expect(info().kernels.native.filter((name) => !kernelNames.includes(name))).toEqual([])
  })
})
