import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect } from 'vitest'

export type DataType = 'float32' | 'int32' | 'bool'

export const types = ['float32', 'int32', 'bool'] as const

export const sizeOf = (shape: number[]) => shape.reduce((a, b) => a * b, 1)

/** 1, 2, 3, ... of that shape; bool: a pattern that no shift repeats. */
export function numbered(shape: number[], dtype: DataType = 'float32'): tf.Tensor {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => (dtype === 'bool' ? (i * i + (i >> 2)) & 1 : i + 1))
  return tf.tensor(values, shape, dtype)
}

/** Of up to 6 dimensions, some of them 0. */
export const shapes = fc
  .array(fc.integer({ min: 0, max: 5 }), { maxLength: 6 })
  .filter((shape) => sizeOf(shape) <= 2000)

export const dtypes = fc.constantFrom(...types)

/** For each dimension something drawn by `arbitrary`. */
export function each<T>(shape: number[], arbitrary: (size: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.tuple(...shape.map(arbitrary)) as fc.Arbitrary<T[]>
}

/** Checks 150 values drawn by `arbitrary`, the same in each run. */
export async function forAll<T>(
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => Promise<void>,
  numRuns = 150,
): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, check), { numRuns, seed: 4 })
}

/** Both backends throw, and lanewise says what `message` says. */
export async function bothThrow(fn: () => tf.Tensor | tf.Tensor[], message: RegExp): Promise<void> {
  await tf.setBackend('cpu')
  expect(() => tf.tidy(() => void fn())).toThrow()
  await tf.setBackend('lanewise')
  const before = tf.memory().numDataBuffers
  expect(() => tf.tidy(() => void fn())).toThrow(message)
  expect(tf.memory().numDataBuffers).toBe(before)
}
