// Images with channels first, [batch, channels, height, width], for kernels that take [batch, height, width, channels].
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { discard, transposed } from './move.ts'

const TO_LAST = [0, 2, 3, 1]
const TO_FIRST = [0, 3, 1, 2]

/** For `accepts`: formats that are not known are backend-cpu's to refuse. */
export function requireFormat({ dataFormat }: { dataFormat?: string }): string | undefined {
  const known = dataFormat == null || dataFormat === 'NHWC' || dataFormat === 'NCHW'
  return known ? undefined : `dataFormat is ${dataFormat}`
}

/** A shape, or paddings, of images with channels first, with channels last. */
export function toLast<T>(list: readonly T[]): T[] {
  return TO_LAST.map((d) => list[d])
}

/** The attributes of the same windows on images with channels last. */
export function attrsLast<A extends { dataFormat?: string; pad: unknown }>(attrs: A): A {
  const { pad } = attrs
  return { ...attrs, dataFormat: 'NHWC', pad: Array.isArray(pad) ? toLast(pad) : pad }
}

/** What `run` makes of these images with channels last; with `back`, which it makes of images too, with channels first again. */
export function withChannelsLast(
  backend: LanewiseBackend,
  images: TensorInfo[],
  back: boolean,
  run: (...images: TensorInfo[]) => TensorInfo,
): TensorInfo {
  const last = images.map((info) => transposed(backend, info, info.shape, TO_LAST, toLast(info.shape)))
  const y = run(...last)
  for (const [i, info] of last.entries()) discard(backend, info, images[i])
  if (!back) return y
  const first = transposed(
    backend,
    y,
    y.shape,
    TO_FIRST,
    TO_FIRST.map((d) => y.shape[d]),
  )
  discard(backend, y, first)
  return first
}
