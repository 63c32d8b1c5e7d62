import { runGather, runResize } from '../generated/commands.ts'
import { areSizes, refuseSizes } from '../runtime/fields.ts'
import type { Runtime } from '../runtime/runtime.ts'

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

function checkSizes(what: string, { batch, height, width, channels, newHeight, newWidth }: Resize): void {
  if (!areSizes(batch, height, width, channels, newHeight, newWidth))
    refuseSizes(what, { batch, height, width, channels, newHeight, newWidth })
}

const PLACE_WORDS = 3

/** Bilinear interpolation, as TensorFlow does it. No size may be 0. */
export function resizeBilinear(rt: Runtime, r: Resize): void {
  checkSizes('resizeBilinear', r)
  const tables = rt.heap.alloc((r.newHeight + r.newWidth) * PLACE_WORDS * 4)
  try {
    const row = r.width * r.channels * 4
    const image = r.height * row
    const rows = tables
    const cols = tables + r.newHeight * PLACE_WORDS * 4
    places(rt, rows, r.height, r.newHeight, row, r)
    places(rt, cols, r.width, r.newWidth, r.channels * 4, r)
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
  checkSizes('resizeNearest', r)
  const pixel = r.channels * elementBytes
  const tables = rt.heap.alloc((r.newHeight + r.newWidth) * 4)
  let rows = 0
  try {
    nearest(rt, tables, r.height, r.newHeight, r)
    nearest(rt, tables + r.newHeight * 4, r.width, r.newWidth, r)
    // First the smaller step: columns of the rows that there are, then rows.
    rows = rt.heap.alloc(r.batch * r.height * r.newWidth * pixel)
    runGather(rt, 'gather_rows', r.batch * r.height * r.newWidth, {
      x: r.x,
      indices: tables + r.newHeight * 4,
      y: rows,
      outer: r.batch * r.height,
      dim: r.width,
      n: r.newWidth,
      run: pixel,
    })
    runGather(rt, 'gather_rows', r.batch * r.newHeight, {
      x: rows,
      indices: tables,
      y: r.y,
      outer: r.batch,
      dim: r.height,
      n: r.newHeight,
      run: r.newWidth * pixel,
    })
  } finally {
    if (rows !== 0) rt.heap.free(rows)
    rt.heap.free(tables)
  }
}

/** Input pixels to an output pixel. */
function ratio(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to
}

function places(rt: Runtime, table: number, from: number, to: number, stride: number, r: Resize): void {
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
  rt.store(table, words)
}

function nearest(rt: Runtime, table: number, from: number, to: number, r: Resize): void {
  const scale = ratio(from, to, r.alignCorners)
  const indices = Int32Array.from({ length: to }, (_, i) => {
    const source = scale * (r.halfPixelCenters ? i + 0.5 : i)
    return Math.min(from - 1, r.alignCorners ? Math.round(source) : Math.floor(source))
  })
  rt.store(table, indices)
}
