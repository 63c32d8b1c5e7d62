// Gradients that take the place of tfjs-core's, which refuse these calls or are wrong: docs/backend-cpu-faults.md says which.
// tfjs-layers registers tfjs-core's once more when it is imported, so these are registered again when the backend is made
// (register.ts) and where this package has imported tfjs-layers (layers/index.ts).
import {
  add,
  backend_util,
  broadcast_util,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  Conv3D,
  Conv3DBackpropFilterV2,
  Conv3DBackpropInputV2,
  Cumsum,
  cumsum,
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  engine,
  FusedBatchNorm,
  type GradConfig,
  getBackend,
  getGradient,
  Maximum,
  Minimum,
  mul,
  type NamedAttrMap,
  type NamedTensorMap,
  neg,
  registerGradient,
  reshape,
  rsqrt,
  SquaredDifference,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** tfjs-core's gradient, for what it does right; by kernel, as this module finds it. */
function stock(kernel: string): GradConfig {
  const gradient = getGradient(kernel)
  if (gradient === undefined) throw new Error(`tfjs-core's gradient of ${kernel} is not registered`)
  return gradient
}

function run(kernel: string, inputs: NamedTensorMap, attrs: object): Tensor {
  return engine().runKernel(kernel, inputs, attrs as NamedAttrMap) as Tensor
}

/** The gradient of a convolution as kernels of this backend: dilations and channels first, which tfjs-core's refuse or forget. */
function convolutionGradient(kernel: string, byInput: string, byFilter: string): GradConfig {
  const { gradFunc, ...rest } = stock(kernel)
  return {
    ...rest,
    gradFunc(dy, saved, attrs) {
      const { dilations, dataFormat } = attrs as { dilations: number | number[] | null; dataFormat?: string }
      const isPlain = dilations == null || backend_util.tupleValuesAreOne(dilations as number)
      // tfjs-core's specs have the depthwise one refuse dilations.
      const isStock = kernel === DepthwiseConv2dNative ? !isPlain || dataFormat !== 'NCHW' : isPlain
      if (isStock || getBackend() !== 'lanewise') return gradFunc(dy, saved, attrs)
      const [x, filter] = saved
      return {
        x: () => run(byInput, { dy: dy as Tensor, filter }, { ...attrs, inputShape: x.shape }),
        filter: () => run(byFilter, { x, dy: dy as Tensor }, { ...attrs, filterShape: filter.shape }),
      }
    },
  }
}

/** The second derivative of a convolution with dilations. */
function transposedGradient(): GradConfig {
  const { gradFunc, ...rest } = stock(Conv2DBackpropInput)
  return {
    ...rest,
    gradFunc(ddx, saved, attrs) {
      if (!('dilations' in attrs)) return gradFunc(ddx, saved, attrs)
      const [dy, filter] = saved
      return {
        dy: () => run(Conv2D, { x: ddx as Tensor, filter }, attrs),
        filter: () => run(Conv2DBackpropFilter, { x: ddx as Tensor, dy }, { ...attrs, filterShape: filter.shape }),
      }
    },
  }
}

/** conv3dTranspose's, of which tfjs-core has none. */
const transposedVolumeGradient: GradConfig = {
  kernelName: Conv3DBackpropInputV2,
  inputsToSave: ['dy', 'filter'],
  gradFunc(ddx, [dy, filter], attrs) {
    const dilations = (attrs as { dilations?: number | number[] }).dilations ?? 1
    return {
      dy: () => run(Conv3D, { x: ddx as Tensor, filter }, { ...attrs, dilations, dataFormat: 'NDHWC' }),
      filter: () => run(Conv3DBackpropFilterV2, { x: ddx as Tensor, dy }, { ...attrs, filterShape: filter.shape }),
    }
  },
}

/** `gradient`, of a result's shape, summed over what was broadcast of `shape`. */
function summedTo(gradient: Tensor, shape: number[]): Tensor {
  const axes = broadcast_util.getReductionAxes(shape, gradient.shape)
  return reshape(axes.length === 0 ? gradient : sum(gradient, axes), shape)
}

/** Sums the gradient by each operand, which tfjs-core gives of the result's shape, over what was broadcast. */
function broadcastGradient(kernel: string): GradConfig {
  const { gradFunc, ...rest } = stock(kernel)
  return {
    ...rest,
    gradFunc(dy, saved, attrs) {
      const whole = gradFunc(dy, saved, attrs)
      return { a: () => summedTo(whole.a(), saved[0].shape), b: () => summedTo(whole.b(), saved[1].shape) }
    },
  }
}

const cumsumGradient: GradConfig = {
  ...stock(Cumsum),
  gradFunc(dy, _, attrs) {
    const { axis, exclusive, reverse } = attrs as { axis: number; exclusive: boolean; reverse: boolean }
    return { x: () => cumsum(dy as Tensor, axis, exclusive, !reverse) }
  },
}

/** Batch normalization's by parameters of x's rank, where tfjs-core sums over nothing. */
function normalizationGradient(): GradConfig {
  const { gradFunc, ...rest } = stock(FusedBatchNorm)
  return {
    ...rest,
    gradFunc(dy, saved, attrs) {
      const [x, mean, variance, scale] = saved
      if (mean.rank === 1) return gradFunc(dy, saved, attrs)
      const { varianceEpsilon } = attrs as { varianceEpsilon: number }
      const dys = dy as Tensor
      const deviation = rsqrt(add(variance, varianceEpsilon))
      const normalized = () => mul(sub(x, mean), deviation)
      const factor = () => mul(deviation, scale)
      return {
        x: () => mul(dys, factor()),
        mean: () => neg(summedTo(mul(dys, factor()), mean.shape)),
        variance: () => summedTo(mul(mul(mul(dys, scale), normalized()), mul(square(deviation), -0.5)), variance.shape),
        scale: () => summedTo(mul(dys, normalized()), scale.shape),
        offset: () => summedTo(dys, mean.shape),
      }
    },
  }
}

const gradients = [
  convolutionGradient(Conv2D, Conv2DBackpropInput, Conv2DBackpropFilter),
  convolutionGradient(Conv3D, Conv3DBackpropInputV2, Conv3DBackpropFilterV2),
  convolutionGradient(DepthwiseConv2dNative, DepthwiseConv2dNativeBackpropInput, DepthwiseConv2dNativeBackpropFilter),
  transposedGradient(),
  transposedVolumeGradient,
  ...[Maximum, Minimum, SquaredDifference].map(broadcastGradient),
  cumsumGradient,
  normalizationGradient(),
]

/** Puts these gradients in the place of whatever is registered for their kernels. */
export function registerGradients(): void {
  for (const gradient of gradients) registerGradient(gradient)
}

registerGradients()
