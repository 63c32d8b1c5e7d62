import { refuseName } from '../runtime/fields.ts'

/** How a kernel finds op(B): the values of the command's `layoutB`, mirrored in gemm.as.ts. */
export const layoutsB = {
  /** Stored [k, ldb >= n]. Packed block by block. */
  rows: 0,
  /** Stored [n, ldb >= k]. Packed block by block. */
  columns: 1,
  /** Panels made by {@link packB} of the whole matrix. */
  panels: 2,
  /** Stored [k, ldb >= n], read in place: for so few rows of A that packing does not pay. */
  inPlace: 3,
} as const

/**
 * The most rows of B that are used at once where it is read in place: a panel of 8 columns is half of the cache lines that
 * it touches, and the other half should still be there for the next panel.
 */
export const DEPTH_IN_PLACE = 128

/** Added to a command's `tileRows`: tiles span two panels, 16 columns, as 256-bit operations like them; mirrored in tile.as.ts. */
export const WIDE_TILES = 16

/** What a kernel applies to its result last; mirrored in epilogue.as.ts. Semantics are TensorFlow.js's. */
export const activations = {
  linear: 0,
  relu: 1,
  relu6: 2,
  /** x, or e^x - 1 below 0. */
  elu: 3,
  /** x, or `leak` times x below 0. */
  leakyrelu: 4,
  /** x, or slope[column] times x below 0. */
  prelu: 5,
  sigmoid: 6,
  tanh: 7,
  /** x (1 + erf(x / sqrt(2))) / 2. */
  gelu: 8,
} as const

export type Activation = keyof typeof activations

/** The number by which the kernels of the entry `what` know an activation; 'linear' where none is given. */
export function activationCode(what: string, activation: Activation = 'linear'): number {
  const code = activations[activation]
  if (typeof code !== 'number') refuseName(what, 'activation', activation, Object.keys(activations))
  return code
}
