import {
  buildModel,
  type LayersModel,
  type ModelOptions,
  modelReaders,
  readOptions,
  shape,
  size,
} from '@lanewise/backend/layers'
import { input } from '@tensorflow/tfjs-layers'
import { checkSize, keras, type Tensor } from './keras.ts'

/** What `resNet50` takes. */
export interface ResNet50Options extends ModelOptions {
  /** [height, width, channels] of one image, at least 32x32. Default [224, 224, 3]. */
  inputShape?: number[]
  /** Outputs of the last layer, a softmax. Default 1000. */
  classes?: number
}

const READERS = {
  inputShape: shape(['height', 'width', 'channels'], [224, 224, 3]),
  classes: size(1000),
  ...modelReaders,
}

/** How much wider a block is outside. */
const EXPANSION = 4
const STEM = 64
/** Filters inside of its blocks, the stride of its first block, and how many. */
const STAGES = [
  { filters: 64, stride: 1, blocks: 3 },
  { filters: 128, stride: 2, blocks: 4 },
  { filters: 256, stride: 2, blocks: 6 },
  { filters: 512, stride: 2, blocks: 3 },
]

const { conv, norm, activate, pad, maxPool, add, classify } = keras({
  useBias: true,
  epsilon: 1.001e-5,
  momentum: 0.99,
  activation: 'relu',
})

/**
 * ResNet-50 (He et al., 2015) with the layers and names of keras.applications, so that weights of the one are weights of the other.
 * Its weights are random.
 */
export function resNet50(options: ResNet50Options = {}): LayersModel {
  const { inputShape, classes, ...common } = readOptions('resNet50', options, READERS)
  checkSize('resNet50', inputShape)
  const images = input({ shape: inputShape })
  let x = conv(pad(images, 'conv1_pad', evenly(3)), 'conv1_conv', { filters: STEM, kernelSize: 7, strides: 2 })
  x = activate(norm(x, 'conv1_bn'), 'conv1_relu')
  x = maxPool(pad(x, 'pool1_pad', evenly(1)), 'pool1_pool', 3, 2)
  STAGES.forEach(({ filters, stride, blocks }, stage) => {
    for (let block = 0; block < blocks; block++)
      x = bottleneck(x, `conv${stage + 2}_block${block + 1}_`, filters, block === 0 ? stride : 1, block === 0)
  })
  return buildModel({ inputs: images, outputs: classify(x, 'avg_pool', classes), ...common })
}

/** Three convolutions, added to what came in, or where `projected` to its projection. */
function bottleneck(input: Tensor, prefix: string, filters: number, strides: number, projected: boolean): Tensor {
  const wide = EXPANSION * filters
  const shortcut = projected
    ? norm(conv(input, `${prefix}0_conv`, { filters: wide, kernelSize: 1, strides }), `${prefix}0_bn`)
    : input
  let x = conv(input, `${prefix}1_conv`, { filters, kernelSize: 1, strides })
  x = activate(norm(x, `${prefix}1_bn`), `${prefix}1_relu`)
  x = conv(x, `${prefix}2_conv`, { filters, kernelSize: 3, padding: 'same' })
  x = activate(norm(x, `${prefix}2_bn`), `${prefix}2_relu`)
  x = norm(conv(x, `${prefix}3_conv`, { filters: wide, kernelSize: 1 }), `${prefix}3_bn`)
  return activate(add(`${prefix}add`, shortcut, x), `${prefix}out`)
}

function evenly(pad: number): [[number, number], [number, number]] {
  return [
    [pad, pad],
    [pad, pad],
  ]
}
