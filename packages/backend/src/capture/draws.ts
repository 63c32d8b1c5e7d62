import type { RandomKernel, TapeBuffer } from '@lanewise/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { EngineSide } from '../backend/engineSide.ts'
import type { NumericValues } from '../data.ts'
import { suspended } from './evaluate.ts'
import { isDtype } from './specs.ts'

/** Numbers that an operation of TensorFlow.js has drawn without a seed: a + b z, z of the distribution that the kernel names. */
export interface Draw {
  readonly kernel: RandomKernel
  readonly a: number
  readonly b: number
}

interface Distribution {
  readonly kernel: RandomKernel
  /** Draws z: uniform in [0, 1), or normal of deviation 1. */
  standard(size: number, seed: number): tf.Tensor
}

/** By the names of the scopes that the operations run in. Dropout, noise and initializers draw by these. */
const distributions: Readonly<Record<string, Distribution>> = {
  randomUniform__op: {
    kernel: 'random_uniform_f32',
    standard: (size, seed) => tf.randomUniform([size], 0, 1, 'float32', seed),
  },
  randomNormal__op: {
    kernel: 'random_normal_f32',
    standard: (size, seed) => tf.randomNormal([size], 0, 1, 'float32', seed),
  },
  truncatedNormal__op: {
    kernel: 'random_truncated_f32',
    standard: (size, seed) => tf.truncatedNormal([size], 0, 1, 'float32', seed),
  },
}

/** Numbers in double precision that a and b are read off, and how near the others must be then. */
const SAMPLE = 16
const NEAR = 1e-9

/** What an array in double precision was given out for. */
interface Sample {
  readonly distribution: Distribution
  /** The operation's scope. */
  readonly scope: number
  readonly size: number
  readonly dtype: tf.DataType
}

/** A draw, and the numbers that the operation gave; without the draw where it was seeded, or is of a distribution that is not known. */
interface Drawn {
  readonly values: NumericValues
  readonly draw: Draw | undefined
}

/**
 * Finds out, while a function is recorded, what its random operations draw. These fill a `tf.TensorBuffer` with numbers of a
 * generator of their own, which they seed by Math.random unless a seed is given. Here they get an array in double precision, of at least
 * `SAMPLE` numbers, so that bounds, or mean and deviation, can be read off them: the same generator is asked for
 * standard numbers.
 */
export class Draws {
  /** Buffers that each replay draws anew, and the numbers that the operation gave. */
  readonly made = new Map<TapeBuffer, NumericValues>()
  private readonly samples = new WeakMap<object, Sample>()
  /** What Math.random gave last, and in which scope of the engine. */
  private seed = 0
  private seeded = -1
  private latest: Float64Array | undefined

  /** Watches buffers and Math.random until the function that is returned is called. `onRandom` is called with each use of Math.random. */
  watch(onRandom: () => void): () => void {
    const { random } = Math
    Math.random = () => {
      onRandom()
      this.seed = random()
      this.seeded = tf.engine().state.activeScope?.id ?? -1
      return this.seed
    }
    const { prototype } = tf.TensorBuffer as unknown as { prototype: object }
    const arrayFor = (tensorBuffer: tf.TensorBuffer<tf.Rank>, values: unknown) => this.sample(tensorBuffer) ?? values
    Object.defineProperty(prototype, 'values', {
      configurable: true,
      set(this: tf.TensorBuffer<tf.Rank>, values: unknown) {
        const value = arrayFor(this, values)
        Object.defineProperty(this, 'values', { value, writable: true, enumerable: true, configurable: true })
      },
    })
    return () => {
      Math.random = random
      delete (prototype as { values?: unknown }).values
    }
  }

  /** What was drawn, if `values` are those of a random operation. */
  of(backend: EngineSide, values: object | null): Drawn | undefined {
    const sample = values === null ? undefined : this.samples.get(values)
    if (sample === undefined) return undefined
    const { size, dtype, scope } = sample
    const numbers = values as Float64Array
    const own = arrayOf(dtype, numbers.subarray(0, size))
    return { values: own, draw: scope === this.seeded ? this.read(backend, numbers, sample) : undefined }
  }

  private sample({ size, dtype }: tf.TensorBuffer<tf.Rank>): Float64Array | undefined {
    const { activeScope } = tf.engine().state
    const name = activeScope?.name ?? ''
    if (!Object.hasOwn(distributions, name) || !isDtype(dtype)) return undefined
    const values = new Float64Array(Math.max(size, SAMPLE))
    this.samples.set(values, { distribution: distributions[name], scope: activeScope.id, size, dtype })
    this.latest = values
    return values
  }

  /** a and b of numbers = a + b z, where they are so. */
  private read(backend: EngineSide, numbers: Float64Array, { distribution, dtype }: Sample): Draw | undefined {
    const { kernel, standard } = distribution
    if (dtype !== 'float32' && kernel !== 'random_uniform_f32') return undefined
    suspended(backend, () => tf.tidy(() => void standard(SAMPLE, this.seed)))
    const z = this.latest as Float64Array
    const [low, high] = [z.indexOf(Math.min(...z)), z.indexOf(Math.max(...z))]
    const b = (numbers[high] - numbers[low]) / (z[high] - z[low])
    const a = numbers[low] - b * z[low]
    const most = NEAR * (Math.abs(a) + Math.abs(b))
    if (!z.every((value, i) => Math.abs(numbers[i] - (a + b * value)) <= most)) return undefined
    return { kernel: dtype === 'float32' ? kernel : 'random_uniform_i32', a, b }
  }
}

/** As a tensor of this type would hold them. */
function arrayOf(dtype: tf.DataType, numbers: Float64Array): NumericValues {
  if (dtype === 'float32') return Float32Array.from(numbers)
  return dtype === 'int32' ? Int32Array.from(numbers) : Uint8Array.from(numbers)
}
