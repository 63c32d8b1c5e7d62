import { type Activation, gemm, gemmPacked, packB, packedBytes } from '@lanewise/kernels'
import { broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { sizeOf } from '../data.ts'
import { copy, spread } from './move.ts'

export interface MatMulCall {
  a: TensorInfo
  b: TensorInfo
  transposeA?: boolean
  transposeB?: boolean
  bias?: TensorInfo
  activation?: Activation
  leakyreluAlpha?: number
  /** prelu's slopes: one, or one a column. */
  slopes?: TensorInfo
}

/** With more rows of A, packing B each time costs nothing that can be measured. */
const MOST_ROWS_CACHED = 512
/** From this size on B comes from memory, which likes the panels' order better; smaller ones are as fast where they lie ... */
const LARGE_BYTES = 1 << 19
/** ... if they are not packed each time, as for more rows than these: of such a call that takes 1 to 2 %. */
const MOST_ROWS_IN_PLACE = 192
const LEAST_BYTES_CACHED = 1 << 16

/** Whether B's panels, once made, make a product faster. */
function panelsPay(rows: number, n: number, k: number, transposeB: boolean): boolean {
  if (n === 1 || rows > MOST_ROWS_CACHED) return false
  const bytes = n * k * 4
  if (bytes >= (rows > MOST_ROWS_IN_PLACE ? LEAST_BYTES_CACHED : LARGE_BYTES)) return true
  return rows > 1 && (transposeB || n % 1024 === 0)
}

/** act(a . b + bias), for the last two dimensions, broadcasting those before them. */
export function matMul(name: string, backend: LanewiseBackend, call: MatMulCall): TensorInfo {
  const { a, b, transposeA = false, transposeB = false, bias } = call
  checkRank(name, 'a', a)
  checkRank(name, 'b', b)
  const [aRows, aColumns] = [a.shape[a.shape.length - 2], a.shape[a.shape.length - 1]]
  const [bRows, bColumns] = [b.shape[b.shape.length - 2], b.shape[b.shape.length - 1]]
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns]
  const [inner, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns]
  if (k !== inner)
    throw new Error(
      `${name}: a of shape [${a.shape}]${transposeA ? ', transposed,' : ''} has ${k} columns, but b of shape ` +
        `[${b.shape}]${transposeB ? ', transposed,' : ''} has ${inner} rows`,
    )
  const outerA = outerOf(a)
  const outerB = outerOf(b)
  const outer = outerB.length === 0 ? outerA : broadcastBatches(name, outerA, outerB)
  const batch = sizeOf(outer)
  const output = backend.output(shapeOf(outer, m, n), 'float32')
  if (sizeOf(output.shape) === 0) return output

  const c = backend.ptr(output)
  const options = {
    m,
    n,
    k,
    a: backend.ptr(a),
    b: backend.ptr(b),
    c,
    transposeA,
    transposeB,
    activation: call.activation,
    leak: call.leakyreluAlpha,
    slope: 0,
    bias: 0,
    accumulate: false,
  }
  let slopes = 0
  if (call.slopes !== undefined) {
    if (sizeOf(call.slopes.shape) === 1 && n > 1) {
      slopes = options.slope = backend.workspace(n * 4)
      copy.start(4)
      copy.dimension(n, 0, 1)
      copy.run(backend.rt, backend.ptr(call.slopes), slopes)
    } else options.slope = backend.ptr(call.slopes)
  }
  if (bias !== undefined) {
    if (isRow(bias, n)) options.bias = backend.ptr(bias)
    else {
      spread(backend, bias, output.shape, c)
      options.accumulate = true
    }
  }

  const countA = sizeOf(outerA)
  const countB = sizeOf(outerB)
  if (countB === 1 && (countA === 1 || !transposeA)) {
    // One matrix for all: their rows are the rows of one product.
    options.m *= batch
    const panels = panelsPay(options.m, n, k, transposeB) ? panelsOf(backend, b, n, k, transposeB) : 0
    if (panels) {
      options.b = panels
      gemmPacked(backend.rt, options)
    } else gemm(backend.rt, options)
  } else if ((countA === 1 || countA === batch) && (countB === 1 || countB === batch)) {
    gemm(backend.rt, { ...options, batch, batchA: countA === 1 ? 0 : m * k, batchB: countB === 1 ? 0 : k * n })
  } else {
    const indexA = broadcastIndex(outerA, outer)
    const indexB = broadcastIndex(outerB, outer)
    const { size, hasA, hasB } = evenRun(outerA, outerB, outer)
    for (let i = 0; i < batch; i += size)
      gemm(backend.rt, {
        ...options,
        a: options.a + indexA(i) * m * k * 4,
        b: options.b + indexB(i) * k * n * 4,
        c: c + i * m * n * 4,
        batch: size,
        batchA: hasA ? m * k : 0,
        batchB: hasB ? k * n : 0,
      })
  }
  if (slopes) backend.release(slopes)
  return output
}

/** True for [n], [1, n], [1, 1, n] and so on. */
export function isRow({ shape }: TensorInfo, n: number): boolean {
  return shape.length > 0 && shape[shape.length - 1] === n && sizeOf(shape) === n
}

function checkRank(name: string, argument: string, { shape }: TensorInfo): void {
  if (shape.length < 2) throw new Error(`${name}: ${argument} has shape [${shape}]; its rank must be at least 2`)
}

const NO_AXES: number[] = []

/** The axes before those of the matrix. */
function outerOf({ shape }: TensorInfo): number[] {
  return shape.length === 2 ? NO_AXES : shape.slice(0, -2)
}

/** [...outer, m, n]; spreading takes longer than all else that is done with shapes. */
function shapeOf(outer: number[], m: number, n: number): number[] {
  if (outer.length === 0) return [m, n]
  const shape = outer.slice()
  shape.push(m, n)
  return shape
}

export function broadcastBatches(name: string, a: number[], b: number[]): number[] {
  try {
    return broadcast_util.assertAndGetBroadcastShape(a, b)
  } catch {
    throw new Error(`${name}: the batches [${a}] of a and [${b}] of b do not broadcast`)
  }
}

/** B's panels, made when it is multiplied by for the second time; 0 before. */
function panelsOf(backend: LanewiseBackend, b: TensorInfo, n: number, k: number, transposeB: boolean): number {
  return backend.derivedOnReuse(b, transposeB ? `panels^T ${n}` : `panels ${n}`, packedBytes(n, k), (panels) =>
    packB(backend.rt, { n, k, b: backend.ptr(b), panels, transposeB }),
  )
}

/** How many products in a row are of one matrix of A, or of one after the other (`hasA`), and of B likewise. */
function evenRun(outerA: number[], outerB: number[], outer: number[]): { size: number; hasA: boolean; hasB: boolean } {
  const run = { size: 1, hasA: false, hasB: false }
  for (let d = 1; d <= outer.length; d++) {
    const size = outer[outer.length - d]
    if (size === 1) continue
    const hasA = outerA[outerA.length - d] === size
    const hasB = outerB[outerB.length - d] === size
    if (run.size > 1 && (hasA !== run.hasA || hasB !== run.hasB)) break
    run.size *= size
    run.hasA = hasA
    run.hasB = hasB
  }
  return run
}

/** For a flat index into `outer`, the flat index into `shape` that it reads. */
function broadcastIndex(shape: number[], outer: number[]): (index: number) => number {
  const missing = outer.length - shape.length
  return (index) => {
    let at = 0
    let stride = 1
    for (let d = outer.length - 1; d >= 0; d--) {
      const i = index % outer[d]
      index = (index - i) / outer[d]
      if (d < missing) continue
      if (shape[d - missing] > 1) at += i * stride
      stride *= shape[d - missing]
    }
    return at
  }
}
