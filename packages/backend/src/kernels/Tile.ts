import { Tile, type TileAttrs, type TileInputs } from '@tensorflow/tfjs-core'
import { bytesPerElement, sizeOf } from '../data.ts'
import { checkWhole } from './checks.ts'
import { copy, requireMovable } from './move.ts'
import { nativeKernel } from './native.ts'

export const tile = nativeKernel<TileInputs, TileAttrs>(Tile, {
  accepts: ({ inputs }) => requireMovable(inputs.x),
  run({ inputs: { x }, attrs: { reps }, backend }) {
    const { shape, dtype } = x
    if (reps.length !== shape.length)
      throw new Error(`Tile: reps: [${reps}]; expected one number for each of x's ${shape.length} axes`)
    checkWhole(Tile, 'reps', reps, 0)
    const outShape = shape.map((n, d) => n * reps[d])
    let from = sizeOf(shape)
    let to = sizeOf(outShape)
    if (to === from) return backend.alias(x, outShape)
    const src = backend.ptr(x)
    const y = backend.output(outShape, dtype)
    if (to === 0) return y
    copy.start(bytesPerElement(dtype))
    for (let d = 0; d < shape.length; d++) {
      from /= shape[d]
      to /= outShape[d]
      copy.dimension(reps[d], 0, shape[d] * to)
      copy.dimension(shape[d], from, to)
    }
    copy.run(backend.rt, src, backend.ptr(y))
    return y
  },
})
