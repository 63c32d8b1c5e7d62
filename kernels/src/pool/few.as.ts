import { PoolCmd } from '../generated/commands.as'
import { firstInside, lastInside } from '../conv2d/ranges.as'
import { combine, finish, MAX, MEAN, reduceHead, start } from './pool.as'

/** As `maxpool_f32_nhwc`, where pixels have few channels. */
export function maxpool_few_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  fewRows(MAX, cmd, begin, end)
}

/** As `avgpool_f32_nhwc`, where pixels have few channels. */
export function avgpool_few_f32_nhwc(cmd: usize, begin: i32, end: i32): void {
  fewRows(MEAN, cmd, begin, end)
}

/** `op` is no constant here: what depends on it is in functions of their own. */
function fewRows(op: i32, cmd: usize, begin: i32, end: i32): void {
  const c = changetype<PoolCmd>(cmd)
  const channels = c.channels
  const pixelStep = <usize>channels << 2
  const rowStep = pixelStep * c.inWidth
  const step = pixelStep * c.strideWidth
  const reach = c.filterWidth - 1 - c.padLeft
  // The pixels of a row of y whose windows lie inside x from left to right, those that are not made one by one first.
  const first = min(firstInside(-c.padLeft, c.strideWidth), c.outWidth)
  const pairs = channels == 1 && c.strideWidth == 2
  // Pixels that must follow in x, and in y, where vectors reach beyond their own.
  const spareX = c.strideWidth == 1 || channels > 3 ? 0 : pairs ? c.filterWidth & 1 : channels == 1 ? 3 : 1
  const spareY = pairs ? 0 : spareX
  let last = lastInside(reach + spareX, c.strideWidth, c.inWidth, c.outWidth - spareY)
  const numbers = (last - first) * channels
  if (numbers < 4) last = first
  let y = c.y + <usize>begin * c.outWidth * pixelStep
  for (let item = begin; item < end; item++) {
    const image = item / c.outHeight
    const top = (item - image * c.outHeight) * c.strideHeight - c.padTop
    const firstRow = max(top, 0)
    const rows = max(min(top + c.filterHeight, c.inHeight) - firstRow, 0)
    const x = c.x + (<usize>image * c.inHeight + firstRow) * rowStep
    if (last > first) {
      const from = x + (first * c.strideWidth - c.padLeft) * pixelStep
      const to = y + first * pixelStep
      if (pairs) {
        if (op == MAX) maxPairs(from, to, rows, c.filterWidth, rowStep, numbers)
        else meanPairs(from, to, rows, c.filterWidth, rowStep, numbers)
      } else if (c.strideWidth == 1) {
        // Neighbours are as one pixel with all their channels.
        vectors(op, from, to, rows, c.filterWidth, rowStep, pixelStep, 16, 16, numbers >> 2)
        const behind = <usize>(numbers - 4) << 2
        if (numbers & 3) vectors(op, from + behind, to + behind, rows, c.filterWidth, rowStep, pixelStep, 0, 0, 1)
      } else windows(op, from, to, rows, c.filterWidth, rowStep, pixelStep, step, last - first)
    }
    for (let column = 0; column < c.outWidth; column++) {
      if (column == first) column = last
      if (column == c.outWidth) break
      const left = column * c.strideWidth - c.padLeft
      const firstColumn = max(left, 0)
      const columns = max(min(left + c.filterWidth, c.inWidth) - firstColumn, 0)
      const from = x + firstColumn * pixelStep
      const to = y + column * pixelStep
      if (channels > 3) windows(op, from, to, rows, columns, rowStep, pixelStep, 0, 1)
      else if (op == MAX) maxHead(from, to, rows, columns, rowStep, pixelStep, channels)
      else meanHead(from, to, rows, columns, rowStep, pixelStep, channels)
    }
    y += c.outWidth * pixelStep
  }
}

/**
 * `pixels` pixels of y, whose windows lie `step` bytes apart. The last vector of a pixel overlaps the one before; with less than 4 channels
 * it reaches into the next pixels, which are written thereafter.
 */
// @ts-ignore: decorator
@inline
function windows(
  op: i32, x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, pixelStep: usize, step: usize, pixels: i32,
): void {
  const end = max(<i32>pixelStep - 16, 0)
  for (let v = 0; ; v = min(v + 16, end)) {
    vectors(op, x + v, y + v, rows, columns, rowStep, pixelStep, step, pixelStep, pixels)
    if (v == end) break
  }
}

// @ts-ignore: decorator
@inline
function vectors(
  op: i32, x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, pixelStep: usize, step: usize, yStep: usize, count: i32,
): void {
  if (op == MAX) maxVectors(x, y, rows, columns, rowStep, pixelStep, step, yStep, count)
  else meanVectors(x, y, rows, columns, rowStep, pixelStep, step, yStep, count)
}

function maxVectors(
  x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, pixelStep: usize, step: usize, yStep: usize, count: i32,
): void {
  reduceVectors(MAX, x, y, rows, columns, rowStep, pixelStep, step, yStep, count)
}

function meanVectors(
  x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, pixelStep: usize, step: usize, yStep: usize, count: i32,
): void {
  reduceVectors(MEAN, x, y, rows, columns, rowStep, pixelStep, step, yStep, count)
}

/** `count` vectors of y, `yStep` bytes apart, of windows `step` bytes apart. */
// @ts-ignore: decorator
@inline
function reduceVectors(
  op: i32, x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, pixelStep: usize, step: usize, yStep: usize, count: i32,
): void {
  const scale = f32x4.splat(<f32>(rows * columns))
  if (columns == 2 && rows == 2) {
    for (; count > 0; count--) {
      v128.store(y, finish(op, two(op, two(op, start(op), x, pixelStep), x + rowStep, pixelStep), scale))
      x += step
      y += yStep
    }
  } else if (columns == 3 && rows == 3) {
    for (; count > 0; count--) {
      const x1 = x + rowStep
      const a = three(op, three(op, start(op), x, pixelStep), x1, pixelStep)
      v128.store(y, finish(op, three(op, a, x1 + rowStep, pixelStep), scale))
      x += step
      y += yStep
    }
  } else {
    for (; count > 0; count--) {
      let a = start(op)
      let p = x
      for (let i = rows; i > 0; i--) {
        let q = p
        for (let j = columns; j > 0; j--) {
          a = combine(op, a, v128.load(q))
          q += pixelStep
        }
        p += rowStep
      }
      v128.store(y, finish(op, a, scale))
      x += step
      y += yStep
    }
  }
}

// @ts-ignore: decorator
@inline
function two(op: i32, a: v128, p: usize, step: usize): v128 {
  return combine(op, combine(op, a, v128.load(p)), v128.load(p + step))
}

// @ts-ignore: decorator
@inline
function three(op: i32, a: v128, p: usize, step: usize): v128 {
  const q = p + step
  return combine(op, two(op, a, p, step), v128.load(q + step))
}

function maxHead(x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, pixelStep: usize, channels: i32): void {
  reduceHead(MAX, x, y, rows, columns, rowStep, pixelStep, channels, f32x4.splat(0))
}

function meanHead(x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, pixelStep: usize, channels: i32): void {
  reduceHead(MEAN, x, y, rows, columns, rowStep, pixelStep, channels, f32x4.splat(<f32>(rows * columns)))
}

function maxPairs(x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, numbers: i32): void {
  columnPairs(MAX, x, y, rows, columns, rowStep, numbers)
}

function meanPairs(x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, numbers: i32): void {
  columnPairs(MEAN, x, y, rows, columns, rowStep, numbers)
}

/** `numbers` numbers of y, at least a vector, of windows of one channel two pixels apart. */
// @ts-ignore: decorator
@inline
function columnPairs(op: i32, x: usize, y: usize, rows: i32, columns: i32, rowStep: usize, numbers: i32): void {
  const scale = f32x4.splat(<f32>(rows * columns))
  const end = (numbers - 4) << 2
  for (let v = 0; ; v = min(v + 16, end)) {
    let a = start(op)
    // Two pixels of x for one of y.
    let p = x + 2 * v
    for (let i = rows; i > 0; i--) {
      let q = p
      for (let j = columns; j > 0; j -= 2) {
        const v0 = v128.load(q), v1 = v128.load(q, 16)
        a = combine(op, a, v128.shuffle<f32>(v0, v1, 0, 2, 4, 6))
        if (j > 1) a = combine(op, a, v128.shuffle<f32>(v0, v1, 1, 3, 5, 7))
        q += 8
      }
      p += rowStep
    }
    v128.store(y + v, finish(op, a, scale))
    if (v == end) break
  }
}
