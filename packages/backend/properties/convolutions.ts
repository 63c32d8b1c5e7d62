import { toLast } from '../src/kernels/channels.ts'
import { type ConvAttrs, convInfo } from '../src/kernels/windows.ts'
import { type Call, type Content, runOnCpu } from './call.ts'

type Inputs = Record<string, Content>
type Attrs = Call['attrs']
type Right = (inputs: Inputs, attrs: Attrs) => Content[]

/** The inputs that are no images. */
const WEIGHTS = ['filter']

function transposed({ shape, dtype, values }: Content, perm: number[]): Content {
  const outShape = perm.map((d) => shape[d])
  const out = values.slice()
  for (let at = 0; at < out.length; at++) {
    let rest = at
    const index: number[] = []
    for (let d = perm.length - 1; d >= 0; d--) {
      index[perm[d]] = rest % outShape[d]
      rest = Math.floor(rest / outShape[d])
    }
    out[at] = values[index.reduce((sum, i, d) => sum * shape[d] + i, 0)]
  }
  return { shape: outShape, dtype, values: out }
}

/** What `right` makes of images with channels last, for those with channels first too; `isFilter`: it makes a filter of them. */
export function inAnyFormat(right: Right, isFilter = false): Right {
  return (inputs, attrs) => {
    if (attrs.dataFormat !== 'NCHW') return right(inputs, attrs)
    const last = (name: string, info: Content) => {
      const rank = info.shape.length
      if (WEIGHTS.includes(name) || rank < 3) return info
      return transposed(info, rank === 3 ? [1, 2, 0] : [0, 2, 3, 1])
    }
    const { pad, inputShape } = attrs as { pad: unknown; inputShape?: number[] }
    const made = right(Object.fromEntries(Object.entries(inputs).map(([name, info]) => [name, last(name, info)])), {
      ...attrs,
      dataFormat: 'NHWC',
      pad: Array.isArray(pad) ? toLast(pad) : pad,
      ...(inputShape && { inputShape: toLast(inputShape) }),
    })
    return isFilter ? made : made.map((y) => transposed(y, [0, 3, 1, 2]))
  }
}

/** backend-cpu's kernel, which takes channels last. */
export const onCpu =
  (kernel: string): Right =>
  (inputs, attrs) =>
    runOnCpu(kernel, inputs, attrs)

/** The gradients with dilations, one product after the other. */
export function gradientLoops(kernel: string): Right {
  const depthwise = kernel.startsWith('Depthwise')
  const byFilter = kernel.endsWith('Filter')
  return inAnyFormat(({ x, filter, dy }, attrs) => {
    const inputShape = x?.shape ?? (attrs.inputShape as number[])
    const filterShape = filter?.shape ?? (attrs.filterShape as number[])
    const info = convInfo(inputShape, filterShape, attrs as unknown as ConvAttrs, depthwise)
    const [batch, inHeight, inWidth, inChannels] = inputShape
    const [filterHeight, filterWidth, , outs] = filterShape
    const outChannels = depthwise ? inChannels * outs : outs
    const out = new Float64Array((byFilter ? filterShape : inputShape).reduce((a, b) => a * b, 1))
    for (let b = 0; b < batch; b++)
      for (let r = 0; r < info.outHeight; r++)
        for (let c = 0; c < info.outWidth; c++)
          for (let i = 0; i < filterHeight; i++)
            for (let j = 0; j < filterWidth; j++) {
              const row = r * info.strideHeight + i * info.dilationHeight - info.padInfo.top
              const column = c * info.strideWidth + j * info.dilationWidth - info.padInfo.left
              if (row < 0 || row >= inHeight || column < 0 || column >= inWidth) continue
              const pixel = ((b * inHeight + row) * inWidth + column) * inChannels
              const from = ((b * dy.shape[1] + r) * dy.shape[2] + c) * outChannels
              for (let ch = 0; ch < inChannels; ch++)
                for (let o = 0; o < outs; o++) {
                  const weight = ((i * filterWidth + j) * inChannels + ch) * outs + o
                  const owed = dy.values[from + (depthwise ? ch * outs + o : o)]
                  if (byFilter) out[weight] += x.values[pixel + ch] * owed
                  else out[pixel + ch] += filter.values[weight] * owed
                }
            }
    return [{ shape: byFilter ? filterShape : inputShape, dtype: 'float32', values: Float32Array.from(out) }]
  }, byFilter)
}

export const isDilated = (_: unknown, { dilations }: Attrs) => [dilations ?? 1].flat().some((size) => size !== 1)
