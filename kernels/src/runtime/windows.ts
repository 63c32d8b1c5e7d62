import type { FieldType, FieldValues } from './command.ts'

// What the commands of convolutions and poolings say of the windows that slide over an image, NHWC, or a volume, NDHWC.

type Fields = Record<string, FieldType>

export const windows = {
  inHeight: 'size',
  inWidth: 'size',
  outHeight: 'size',
  outWidth: 'size',
  filterHeight: 'size',
  filterWidth: 'size',
  strideHeight: 'size',
  strideWidth: 'size',
  padTop: 'i32',
  padLeft: 'i32',
} as const satisfies Fields

/** How far apart the pixels of a window are. */
export const dilations = {
  dilationHeight: 'size',
  dilationWidth: 'size',
} as const satisfies Fields

/** What a volume has beyond an image. */
export const depths = {
  inDepth: 'size',
  outDepth: 'size',
  filterDepth: 'size',
  strideDepth: 'size',
  padFront: 'i32',
} as const satisfies Fields

export type Windows = FieldValues<typeof windows>
export type Dilations = FieldValues<typeof dilations>
export type Depths = FieldValues<typeof depths>
