import {
  customGrad,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  engine,
  type GradSaveFunc,
  getBackend,
  type NamedAttrMap,
  type NamedTensorMap,
  type Rank,
  reshape,
  squeeze,
  Tensor,
  type Tensor3D,
  type Tensor4D,
  tidy,
  depthwiseConv2d as withoutDilatedGradient,
} from '@tensorflow/tfjs-core'
import { show } from '../show.ts'

type Rest = Parameters<typeof withoutDilatedGradient> extends [unknown, unknown, ...infer R] ? R : never

/**
 * `tf.depthwiseConv2d`, with the gradients for x and filter that it refuses: those of dilations, and of channels first beside them.
 * It takes the same: x [batch, height, width, channels] or without the batch, filter [height, width, channels, multiplier], strides,
 * pad, data format, dilations and rounding mode. Only on the backend `lanewise`: backend-cpu's gradients do not read dilations.
 */
export function depthwiseConv2d<T extends Tensor3D | Tensor4D>(x: T, filter: Tensor4D, ...rest: Rest): T {
  for (const [name, tensor] of Object.entries({ x, filter }))
    if (!(tensor instanceof Tensor))
      throw new Error(`depthwiseConv2d: ${name}: expected a tf.Tensor, got ${show(tensor)}`)
  if (getBackend() !== 'lanewise')
    throw new Error(`depthwiseConv2d: runs on the backend lanewise; the active one is ${getBackend() || 'none'}`)
  if (x.rank === 3)
    return tidy(() => {
      const [height, width, channels] = x.shape
      const y = depthwiseConv2d(reshape<Rank.R4>(x, [1, height, width, channels]), filter, ...rest)
      return squeeze<Tensor>(y, [0]) as T
    })
  const [strides, pad, dataFormat = 'NHWC', dilations = 1, dimRoundingMode] = rest
  const gradient = (kernel: string, inputs: NamedTensorMap, sizes: object) => {
    const attrs = { strides, pad, dataFormat, dilations, dimRoundingMode, ...sizes }
    return engine().runKernel(kernel, inputs, attrs as NamedAttrMap) as Tensor
  }
  const convolve = (x: Tensor, filter: Tensor, save: GradSaveFunc) => {
    save([x, filter])
    return {
      value: withoutDilatedGradient(x as Tensor4D, filter as Tensor4D, ...rest) as Tensor,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x, filter] = saved
        return [
          gradient(DepthwiseConv2dNativeBackpropInput, { dy, filter }, { inputShape: x.shape }),
          gradient(DepthwiseConv2dNativeBackpropFilter, { x, dy }, { filterShape: filter.shape }),
        ]
      },
    }
  }
  return customGrad(convolve as never)(x, filter) as T
}
