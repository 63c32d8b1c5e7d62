// Checks of arguments that neither tfjs-core nor backend-cpu's kernels make: without them a call gives wrong numbers.
import { type NamedAttrMap, type NamedTensorInfoMap, type TensorInfo, UnsortedSegmentSum } from '@tensorflow/tfjs-core'
import { show } from '../show.ts'
import { axisOf } from './move.ts'

/** Throws unless `value` is a whole number, `least` or more, or a list of them (of lists). */
export function checkWhole(kernel: string, argument: string, value: unknown, least: number): void {
  const fits = (one: unknown): boolean =>
    Array.isArray(one) ? one.every(fits) : Number.isInteger(one) && (one as number) >= least
  if (!fits(value))
    throw new Error(`${kernel}: ${argument}: ${show(value)}; allowed are whole numbers, ${least} or more`)
}

/** What a window slides by; `pad` may be negative, which crops. */
export function checkWindows(kernel: string, attrs: { strides: unknown; pad: unknown; filterSize?: unknown }): void {
  const { strides, pad, filterSize } = attrs
  if (filterSize !== undefined) checkWhole(kernel, 'filterSize', filterSize, 1)
  checkWhole(kernel, 'strides', strides, 1)
  if (typeof pad !== 'string') checkWhole(kernel, 'pad', pad, Number.MIN_SAFE_INTEGER)
}

/** Paddings or crops: two whole numbers, 0 or more, for each of `axes`. */
export function checkPaddings(kernel: string, argument: string, paddings: unknown, axes: number): void {
  const fits = Array.isArray(paddings) && paddings.length === axes && paddings.every((pair) => pair?.length === 2)
  if (!fits) throw new Error(`${kernel}: ${argument}: ${show(paddings)}; expected two numbers for each of ${axes} axes`)
  checkWhole(kernel, argument, paddings, 0)
}

type Check = (kernel: string, inputs: NamedTensorInfoMap, attrs: NamedAttrMap) => void

const axis: Check = (kernel, { x }, attrs) => {
  try {
    axisOf(attrs['axis'] as number, (x as TensorInfo).shape)
  } catch (error) {
    throw new Error(`${kernel}: axis: ${(error as Error).message}`)
  }
}
const windows: Check = (kernel, _, attrs) => checkWindows(kernel, attrs as never)

/** Of kernels that backend-cpu serves. */
export const checks: Record<string, Check> = {
  Cumprod: axis,
  Cumsum: axis,
  Dilation2D: windows,
  [UnsortedSegmentSum]: (kernel, _, { numSegments }) => checkWhole(kernel, 'numSegments', numSegments, 0),
}
