import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'

/** What a layer's `apply` gives for one tensor. */
export type Tensor = SymbolicTensor

interface Layer {
  apply(x: Tensor | Tensor[]): unknown
}

const apply = (layer: Layer, x: Tensor | Tensor[]) => layer.apply(x) as Tensor

/** What a convolution and the normalization behind it have in common throughout a network. */
export interface Style {
  useBias: boolean
  epsilon: number
  momentum: number
  activation: 'relu' | 'relu6'
}

type Convolution = Omit<Parameters<typeof layers.conv2d>[0], 'name'>
type Depthwise = Omit<Parameters<typeof layers.depthwiseConv2d>[0], 'name'>

/** The layers that Keras's networks are made of, under the names that they have there. */
export function keras({ useBias, epsilon, momentum, activation }: Style) {
  return {
    conv: (x: Tensor, name: string, args: Convolution) => apply(layers.conv2d({ useBias, ...args, name }), x),
    depthwise: (x: Tensor, name: string, args: Depthwise) =>
      apply(layers.depthwiseConv2d({ useBias, ...args, name }), x),
    norm: (x: Tensor, name: string) => apply(layers.batchNormalization({ epsilon, momentum, name }), x),
    activate: (x: Tensor, name: string) => apply(layers.activation({ activation, name }), x),
    pad: (x: Tensor, name: string, padding: [[number, number], [number, number]]) =>
      apply(layers.zeroPadding2d({ padding, name }), x),
    maxPool: (x: Tensor, name: string, poolSize: number, strides: number) =>
      apply(layers.maxPooling2d({ poolSize, strides, name }), x),
    add: (name: string, ...xs: Tensor[]) => apply(layers.add({ name }), xs),
    classify(x: Tensor, pooling: string, classes: number) {
      const pooled = apply(layers.globalAveragePooling2d({ name: pooling }), x)
      return apply(layers.dense({ units: classes, activation: 'softmax', name: 'predictions' }), pooled)
    },
  }
}

/** Throws unless an image survives being halved five times. */
export function checkSize(builder: string, [height, width]: (number | null)[]): void {
  if ((height as number) < 32 || (width as number) < 32)
    throw new Error(`${builder}: inputShape: ${height}x${width} is too small; images have at least 32x32 pixels`)
}
