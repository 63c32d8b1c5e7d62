import { MirrorPad, type MirrorPadAttrs, type MirrorPadInputs } from '@tensorflow/tfjs-core'
import { bytesPerElement } from '../data.ts'
import { copy, requireMovable, stridesOf } from './move.ts'
import { nativeKernel } from './native.ts'

/** A stretch of one dimension of the output: `size` elements from `to` on are those of x at `from`, `from` + `step`, ... */
interface Stretch {
  size: number
  from: number
  to: number
  step: 1 | -1
}

export const mirrorPad = nativeKernel<MirrorPadInputs, MirrorPadAttrs>(MirrorPad, {
  accepts: ({ inputs }) => requireMovable(inputs.x),
  run({ inputs: { x }, attrs: { paddings, mode }, backend }) {
    const { shape, dtype } = x
    const edge = mode === 'reflect' ? 0 : 1
    for (const [d, [before, after]] of paddings.entries()) {
      const most = shape[d] - 1 + edge
      if (before < 0 || after < 0 || before > most || after > most)
        throw new Error(`MirrorPad: paddings[${d}] [${before}, ${after}] is not in [0, ${most}] (mode ${mode})`)
    }
    const outShape = shape.map((n, d) => paddings[d][0] + n + paddings[d][1])
    const src = backend.ptr(x)
    const y = backend.output(outShape, dtype)
    const dst = backend.ptr(y)
    const bytes = bytesPerElement(dtype)
    const from = stridesOf(shape)
    const to = stridesOf(outShape)
    const stretches = shape.map((n, d): Stretch[] => {
      const [before, after] = paddings[d]
      const all: Stretch[] = [
        { size: before, from: before - edge, to: 0, step: -1 },
        { size: n, from: 0, to: before, step: 1 },
        { size: after, from: n - 2 + edge, to: before + n, step: -1 },
      ]
      return all.filter(({ size }) => size > 0)
    })
    // The output is the product of the stretches: the middle and, around it, its mirror images.
    const chosen: Stretch[] = []
    const visit = (d: number) => {
      if (d < shape.length) {
        for (const stretch of stretches[d]) {
          chosen[d] = stretch
          visit(d + 1)
        }
        return
      }
      let first = src
      let place = dst
      copy.start(bytes)
      for (const [i, stretch] of chosen.entries()) {
        first += stretch.from * from[i] * bytes
        place += stretch.to * to[i] * bytes
        copy.dimension(stretch.size, stretch.step * from[i], to[i])
      }
      copy.run(backend.rt, first, place)
    }
    visit(0)
    return y
  },
})
