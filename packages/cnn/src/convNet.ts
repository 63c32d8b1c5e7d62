import {
  buildModel,
  choice,
  type LayersModel,
  type ModelOptions,
  modelReaders,
  rate,
  readOptions,
  shape,
  size,
  sizes,
} from '@lanewise/backend/layers'
import { input, layers, type SymbolicTensor } from '@tensorflow/tfjs-layers'

/** What `convNet` takes. */
export interface ConvNetOptions extends ModelOptions {
  /** [height, width, channels] of one image. Default [28, 28, 1]. */
  inputShape?: number[]
  /** Outputs of the last layer, a softmax. Default 10. */
  classes?: number
  /** Filters of each block (convolution, then max pooling). Default [32, 64]. */
  filters?: number | number[]
  /** Height and width of each filter. Default 3. */
  kernelSize?: number
  /** Height, width and stride of each pooling window. Default 2. */
  poolSize?: number
  /** Padding of the convolutions. Default 'valid'. */
  padding?: 'valid' | 'same'
  /** Units of the dense layers before the last; [] for none. Default [128]. */
  units?: number | number[]
  /** After the convolutions and the dense layers before the last. Default 'relu'. */
  activation?: 'relu' | 'relu6' | 'elu' | 'selu' | 'sigmoid' | 'tanh' | 'gelu' | 'swish' | 'mish' | 'linear'
  /** Share of the values dropped in training, before each dense layer. Default 0: no such layers. */
  dropout?: number
}

const READERS = {
  inputShape: shape(['height', 'width', 'channels'], [28, 28, 1]),
  classes: size(10),
  filters: sizes([32, 64]),
  kernelSize: size(3),
  poolSize: size(2),
  padding: choice(['valid', 'same'], 'valid'),
  units: sizes([128], 0),
  activation: choice(['relu', 'relu6', 'elu', 'selu', 'sigmoid', 'tanh', 'gelu', 'swish', 'mish', 'linear'], 'relu'),
  dropout: rate(0),
  ...modelReaders,
}

/** Blocks of Conv2D and MaxPooling2D, Flatten, Dense layers, and a softmax over the classes. */
export function convNet(options: ConvNetOptions = {}): LayersModel {
  const { inputShape, classes, filters, kernelSize, poolSize, padding, units, activation, dropout, ...common } =
    readOptions('convNet', options, READERS)
  checkRoom(inputShape as number[], filters.length, kernelSize, poolSize, padding)
  const images = input({ shape: inputShape })
  let x = images
  const add = (layer: { apply(x: SymbolicTensor): unknown }) => {
    x = layer.apply(x) as SymbolicTensor
  }
  for (const count of filters) {
    add(layers.conv2d({ filters: count, kernelSize, padding, activation }))
    add(layers.maxPooling2d({ poolSize }))
  }
  add(layers.flatten())
  for (const count of units) {
    if (dropout > 0) add(layers.dropout({ rate: dropout }))
    add(layers.dense({ units: count, activation }))
  }
  if (dropout > 0) add(layers.dropout({ rate: dropout }))
  add(layers.dense({ units: classes, activation: 'softmax' }))
  return buildModel({ inputs: images, outputs: x, ...common })
}

function checkRoom(inputShape: number[], blocks: number, kernelSize: number, poolSize: number, padding: string): void {
  let [height, width] = inputShape
  for (let block = 1; block <= blocks; block++) {
    const before = `${height}x${width}`
    if (padding === 'valid') {
      height -= kernelSize - 1
      width -= kernelSize - 1
    }
    height = Math.floor(height / poolSize)
    width = Math.floor(width / poolSize)
    if (height < 1 || width < 1)
      throw new Error(
        `convNet: inputShape: [${inputShape}] is too small for ${blocks} blocks of kernelSize ${kernelSize}, ` +
          `poolSize ${poolSize} and padding '${padding}': nothing is left of the ${before} that reach block ${block}`,
      )
  }
}
