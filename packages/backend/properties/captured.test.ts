import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { CaptureError, capture, info, type TypedArray } from '../src/index.ts'
import { type Call, type Content, contents, runOnLanewise } from './call.ts'
import { properties } from './properties.ts'
import { sequences } from './sequence.ts'

const { LANEWISE_FUZZ, LANEWISE_SEED } = process.env
const RUNS = Number(LANEWISE_FUZZ ?? 60)
const SEED = Number(LANEWISE_SEED ?? (LANEWISE_FUZZ === undefined ? 1 : Date.now() >>> 0))
const SAME = { passes: { lean: false, fuse: false } }

/** What a replay gives, after one of other numbers. */
function replayed(kernel: string, { attrs }: Call, list: Content[], names: string[] | undefined): Content[] {
  const fn = (...tensors: tf.Tensor[]) => {
    const inputs = names === undefined ? tensors : Object.fromEntries(tensors.map((tensor, i) => [names[i], tensor]))
    return [
      tf.engine().runKernel(kernel, inputs as tf.NamedTensorMap, structuredClone(attrs) as tf.NamedAttrMap),
    ].flat()
  }
  const step = capture(fn as (...tensors: tf.Tensor[]) => tf.Tensor[], list as never, SAME)
  const run = (change: (values: TypedArray) => TypedArray) =>
    step(...list.map(({ values, dtype }) => (dtype === 'float32' ? change(values) : values)))
  try {
    return tf.tidy(() => {
      run((values) => values.map((value) => -2 * value) as TypedArray)
      return run((values) => values).map((y) => ({
        shape: y.shape,
        dtype: y.dtype,
        values: y.dataSync() as TypedArray,
      }))
    })
  } finally {
    step.dispose()
  }
}

function attempt<T>(run: () => T): T | Error {
  try {
    return run()
  } catch (error) {
    return error as Error
  }
}

describe('captured kernels', () => {
  beforeAll(async () => {
    await tf.setBackend('lanewise')
  })

  const names = info().kernels.native.filter((name) => !(name in sequences))
  it.each(names)(
    '%s replays as it runs, bit for bit',
    (name) => {
      let native = 0
      const property = fc.property(properties[name].cases, (drawn) => {
        const call = drawn as Call
        const inputs = contents(call)
        const list = Object.values(inputs)
        const keys = Array.isArray(inputs) ? undefined : Object.keys(inputs)
        const eager = attempt(() => {
          // The second time, as then what pays to derive is derived.
          runOnLanewise(name, inputs, call.attrs)
          return runOnLanewise(name, inputs, call.attrs)
        })
        const before = info().memory.bytesInUse
        const actual = attempt(() => replayed(name, call, list, keys))
        expect(info().memory.bytesInUse).toBe(before)
        if (eager instanceof Error) {
          expect(actual).toBeInstanceOf(Error)
          return
        }
        if (!eager.native) expect(actual).toBeInstanceOf(CaptureError)
        else if (!(actual instanceof CaptureError && /string|complex64/.test(actual.message))) {
          if (actual instanceof Error) throw actual
          expect(actual).toEqual(eager.outputs)
          native++
        }
      })
      fc.assert(property, { numRuns: RUNS, seed: SEED })
      expect(native).toBeGreaterThan(RUNS / 4)
    },
    120_000,
  )
})
