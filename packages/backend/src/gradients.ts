// Gradients that take the place of tfjs-core's, which refuse these calls or are wrong: docs/backend-cpu-faults.md says which.
import {
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
  type GradConfig,
  getBackend,
  getGradient,
  Maximum,
  Minimum,
  type NamedAttrMap,
  type NamedTensorMap,
  registerGradient,
  reshape,
  SquaredDifference,
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
function convolutionGradient(kernel: string, byInput: string, byFilter: string): void {
  const { gradFunc, ...rest } = stock(kernel)
  registerGradient({
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
  })
}

/** The second derivative of a convolution with dilations. */
function transposedGradient(): void {
  const { gradFunc, ...rest } = stock(Conv2DBackpropInput)
  registerGradient({
    ...rest,
    gradFunc(ddx, saved, attrs) {
      if (!('dilations' in attrs)) return gradFunc(ddx, saved, attrs)
      const [dy, filter] = saved
      return {
        dy: () => run(Conv2D, { x: ddx as Tensor, filter }, attrs),
        filter: () => run(Conv2DBackpropFilter, { x: ddx as Tensor, dy }, { ...attrs, filterShape: filter.shape }),
      }
    },
  })
}

/** conv3dTranspose's, of which tfjs-core has none. */
registerGradient({
  kernelName: Conv3DBackpropInputV2,
  inputsToSave: ['dy', 'filter'],
  gradFunc(ddx, [dy, filter], attrs) {
    const dilations = (attrs as { dilations?: number | number[] }).dilations ?? 1
    return {
      dy: () => run(Conv3D, { x: ddx as Tensor, filter }, { ...attrs, dilations, dataFormat: 'NDHWC' }),
      filter: () => run(Conv3DBackpropFilterV2, { x: ddx as Tensor, dy }, { ...attrs, filterShape: filter.shape }),
    }
  },
})

convolutionGradient(Conv2D, Conv2DBackpropInput, Conv2DBackpropFilter)
convolutionGradient(Conv3D, Conv3DBackpropInputV2, Conv3DBackpropFilterV2)
convolutionGradient(DepthwiseConv2dNative, DepthwiseConv2dNativeBackpropInput, DepthwiseConv2dNativeBackpropFilter)

transposedGradient()

/** Sums the gradient by each operand, which tfjs-core gives of the result's shape, over what was broadcast. */
function broadcastGradient(kernel: string): void {
  const { gradFunc, ...rest } = stock(kernel)
  registerGradient({
    ...rest,
    gradFunc(dy, saved, attrs) {
      const whole = gradFunc(dy, saved, attrs)
      const summed = (gradient: () => Tensor, { shape }: Tensor) => {
        const y = gradient()
        const axes = broadcast_util.getReductionAxes(shape, y.shape)
        return reshape(axes.length === 0 ? y : sum(y, axes), shape)
      }
      return { a: () => summed(whole.a, saved[0]), b: () => summed(whole.b, saved[1]) }
    },
  })
}

for (const kernel of [Maximum, Minimum, SquaredDifference]) broadcastGradient(kernel)

registerGradient({
  ...stock(Cumsum),
  gradFunc(dy, _, attrs) {
    const { axis, exclusive, reverse } = attrs as { axis: number; exclusive: boolean; reverse: boolean }
    return { x: () => cumsum(dy as Tensor, axis, exclusive, !reverse) }
  },
})
