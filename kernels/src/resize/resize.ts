import { runResize, runResizeGrad, runResizeNearest } from '../generated/commands.ts'
import { areSizes, refuseArguments, refuseSizes } from '../runtime/fields.ts'
import type { Runtime } from '../runtime/runtime.ts'

/** The sizes and addresses of `resizeBilinear` and `resizeNearest`, of f32. */
export interface Resize {
  /** Address of [batch, height, width, channels]. */
  x: number
  /** Address of [batch, newHeight, newWidth, channels]. */
  y: number
  batch: number
  height: number
  width: number
  channels: number
  newHeight: number
  newWidth: number
  alignCorners: boolean
  halfPixelCenters: boolean
}

type Sizes = Pick<Resize, 'batch' | 'height' | 'width' | 'channels' | 'newHeight' | 'newWidth'>

function checkSizes(what: string, { batch, height, width, channels, newHeight, newWidth }: Sizes): void {
  if (!areSizes(batch, height, width, channels, newHeight, newWidth))
    refuseSizes(what, { batch, height, width, channels, newHeight, newWidth })
}

const PLACE_WORDS = 3

/** Bilinear interpolation, as TensorFlow does it. No size may be 0. */
export function resizeBilinear(rt: Runtime, r: Resize): void {
  if (!(rt && r)) refuseArguments('resizeBilinear', { rt, problem: r })
  checkSizes('resizeBilinear', r)
  const tables = rt.heap.alloc((r.newHeight + r.newWidth) * PLACE_WORDS * 4)
  try {
    const row = r.width * r.channels * 4
    const image = r.height * row
    const rows = tables
    const cols = tables + r.newHeight * PLACE_WORDS * 4
    rt.store(rows, places(r.height, r.newHeight, row, r))
    rt.store(cols, places(r.width, r.newWidth, r.channels * 4, r))
    runResize(rt, 'resize_bilinear_f32', r.batch * r.newHeight, {
      x: r.x,
      xEnd: r.x + r.batch * image,
      y: r.y,
      rows,
      cols,
      row,
      image,
      height: r.newHeight,
      width: r.newWidth,
      channels: r.channels,
    })
  } finally {
    rt.heap.free(tables)
  }
}

/** The value of the nearest pixel, as TensorFlow finds it, for elements of `elementBytes`. No size may be 0. */
export function resizeNearest(rt: Runtime, r: Resize, elementBytes: number): void {
  if (!(rt && r)) refuseArguments('resizeNearest', { rt, problem: r })
  checkSizes('resizeNearest', r)
  const pixel = r.channels * elementBytes
  const row = r.width * pixel
  const rows = rt.heap.alloc((r.newHeight + r.newWidth) * 4)
  const cols = rows + r.newHeight * 4
  try {
    const offsets = new Int32Array(r.newHeight + r.newWidth)
    nearest(offsets, 0, r.height, r.newHeight, row, r)
    nearest(offsets, r.newHeight, r.width, r.newWidth, pixel, r)
    rt.store(rows, offsets)
    runResizeNearest(rt, 'resize_nearest', r.batch * r.newHeight, {
      ...{ x: r.x, y: r.y, rows, cols },
      ...{ image: r.height * row, height: r.newHeight, width: r.newWidth, pixel },
    })
  } finally {
    rt.heap.free(rows)
  }
}

/** The sizes of a resizing, and the addresses of the gradients at its result and at its images. */
export type ResizeGrad = Omit<Resize, 'x' | 'y'> & { dy: number; dx: number }

/** dx = the gradient of {@link resizeBilinear} at x. No size may be 0. */
export function resizeBilinearGrad(rt: Runtime, r: ResizeGrad): void {
  if (!(rt && r)) refuseArguments('resizeBilinearGrad', { rt, problem: r })
  checkSizes('resizeBilinearGrad', r)
  grad(rt, r, places)
}

/** dx = the gradient of {@link resizeNearest} at x. No size may be 0. */
export function resizeNearestGrad(rt: Runtime, r: ResizeGrad): void {
  if (!(rt && r)) refuseArguments('resizeNearestGrad', { rt, problem: r })
  checkSizes('resizeNearestGrad', r)
  grad(rt, r, nearestPlaces)
}

function grad(rt: Runtime, r: ResizeGrad, placesOf: typeof places): void {
  const { dy, dx, batch, height, width, channels, newHeight, newWidth } = r
  const row = width * channels * 4
  const rowPlaces = placesOf(height, newHeight, row, r)
  const rows = rt.heap.alloc((newHeight + newWidth) * PLACE_WORDS * 4 + height * 8)
  try {
    const cols = rows + newHeight * PLACE_WORDS * 4
    const ranges = cols + newWidth * PLACE_WORDS * 4
    rt.store(rows, rowPlaces)
    rt.store(cols, placesOf(width, newWidth, channels * 4, r))
    rt.store(ranges, readers(height, rowPlaces, row))
    runResizeGrad(rt, 'resize_grad_f32', batch * height, {
      ...{ dy, dx, rows, cols, ranges, row, height, channels },
      image: newHeight * newWidth * channels * 4,
      width: newWidth,
    })
  } finally {
    rt.heap.free(rows)
  }
}

/** For each of `height` rows of x, which rows of y read it: both rows of a place grow from place to place. */
function readers(height: number, places: Int32Array, row: number): Int32Array {
  const count = places.length / PLACE_WORDS
  const ranges = new Int32Array(2 * height)
  for (let i = 0, first = 0, last = 0; i < height; i++) {
    while (first < count && places[first * PLACE_WORDS + 1] < i * row) first++
    while (last < count && places[last * PLACE_WORDS] <= i * row) last++
    ranges[2 * i] = first
    ranges[2 * i + 1] = last
  }
  return ranges
}

type Rounding = Pick<Resize, 'alignCorners' | 'halfPixelCenters'>

/** Input pixels to an output pixel. */
function ratio(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to
}

function places(from: number, to: number, stride: number, r: Rounding): Int32Array {
  const words = new Int32Array(to * PLACE_WORDS)
  const floats = new Float32Array(words.buffer)
  const scale = ratio(from, to, r.alignCorners)
  for (let i = 0, at = 0; i < to; i++) {
    const source = r.halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i
    const low = Math.max(0, Math.floor(source))
    words[at++] = low * stride
    words[at++] = Math.min(from - 1, Math.ceil(source)) * stride
    floats[at++] = source - low
  }
  return words
}

/** Writes at `at` the offsets of the nearest pixels, `stride` from one to the next. */
function nearest(offsets: Int32Array, at: number, from: number, to: number, stride: number, r: Rounding): void {
  const { alignCorners } = r
  const scale = ratio(from, to, alignCorners)
  const half = r.halfPixelCenters ? 0.5 : 0
  for (let i = 0; i < to; i++) {
    const source = scale * (i + half)
    offsets[at + i] = Math.min(from - 1, alignCorners ? Math.round(source) : Math.floor(source)) * stride
  }
}

/** The nearest pixels as places: between them and themselves. */
function nearestPlaces(from: number, to: number, stride: number, r: Rounding): Int32Array {
  const words = new Int32Array(to * PLACE_WORDS)
  const offsets = new Int32Array(to)
  nearest(offsets, 0, from, to, stride, r)
  for (const [i, at] of offsets.entries()) words.fill(at, i * PLACE_WORDS, i * PLACE_WORDS + 2)
  return words
}
