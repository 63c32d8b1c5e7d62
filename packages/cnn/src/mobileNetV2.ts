import {
  buildModel,
  type LayersModel,
  type ModelOptions,
  modelReaders,
  number,
  readOptions,
  shape,
  size,
} from '@lanewise/backend/layers'
import { input } from '@tensorflow/tfjs-layers'
import { checkSize, keras, type Tensor } from './keras.ts'

/** What `mobileNetV2` takes. */
export interface MobileNetV2Options extends ModelOptions {
  /** [height, width, channels] of one image, at least 32x32. Default [224, 224, 3]. */
  inputShape?: number[]
  /** Outputs of the last layer, a softmax. Default 1000. */
  classes?: number
  /** Width of the network: multiplies the filters of every layer. Default 1. */
  alpha?: number
}

const READERS = {
  inputShape: shape(['height', 'width', 'channels'], [224, 224, 3]),
  classes: size(1000),
  alpha: number(0.1, 4, 1),
  ...modelReaders,
}

interface Stage {
  filters: number
  /** Of the first block; the others have 1. */
  stride: 1 | 2
  blocks: number
}

/** How much wider a block is inside. */
const EXPANSION = 6
const STEM = 32
const HEAD = 1280
const STAGES: readonly Stage[] = [
  { filters: 16, stride: 1, blocks: 1 },
  { filters: 24, stride: 2, blocks: 2 },
  { filters: 32, stride: 2, blocks: 3 },
  { filters: 64, stride: 2, blocks: 4 },
  { filters: 96, stride: 1, blocks: 3 },
  { filters: 160, stride: 2, blocks: 3 },
  { filters: 320, stride: 1, blocks: 1 },
]

const { conv, depthwise, norm, activate, pad, add, classify } = keras({
  useBias: false,
  epsilon: 1e-3,
  momentum: 0.999,
  activation: 'relu6',
})

/**
 * MobileNetV2 (Sandler et al., 2018) with the layers and names of keras.applications, so that weights of the one are weights of the
 * other. Its weights are random.
 */
export function mobileNetV2(options: MobileNetV2Options = {}): LayersModel {
  const { inputShape, classes, alpha = 1, ...common } = readOptions('mobileNetV2', options, READERS)
  checkSize('mobileNetV2', inputShape)
  const images = input({ shape: inputShape })
  let x = conv(images, 'Conv1', { filters: multipleOfEight(STEM * alpha), kernelSize: 3, strides: 2, padding: 'same' })
  x = activate(norm(x, 'bn_Conv1'), 'Conv1_relu')
  let index = 0
  for (const { filters, stride, blocks } of STAGES)
    for (let block = 0; block < blocks; block++)
      x = bottleneck(x, index++, multipleOfEight(Math.floor(filters * alpha)), block === 0 ? stride : 1)
  x = conv(x, 'Conv_1', { filters: multipleOfEight(HEAD * Math.max(1, alpha)), kernelSize: 1 })
  x = activate(norm(x, 'Conv_1_bn'), 'out_relu')
  return buildModel({ inputs: images, outputs: classify(x, 'global_average_pooling2d', classes), ...common })
}

/** Expands, filters each channel by itself, projects, and adds what came in where that has the same shape. */
function bottleneck(input: Tensor, index: number, filters: number, stride: 1 | 2): Tensor {
  const prefix = index === 0 ? 'expanded_conv_' : `block_${index}_`
  const [, height, width, channels] = input.shape as number[]
  let x = input
  if (index > 0) {
    x = conv(x, `${prefix}expand`, { filters: EXPANSION * channels, kernelSize: 1 })
    x = activate(norm(x, `${prefix}expand_BN`), `${prefix}expand_relu`)
  }
  if (stride === 2) x = pad(x, `${prefix}pad`, [around(height), around(width)])
  x = depthwise(x, `${prefix}depthwise`, { kernelSize: 3, strides: stride, padding: stride === 1 ? 'same' : 'valid' })
  x = activate(norm(x, `${prefix}depthwise_BN`), `${prefix}depthwise_relu`)
  x = norm(conv(x, `${prefix}project`, { filters, kernelSize: 1 }), `${prefix}project_BN`)
  return stride === 1 && channels === filters ? add(`${prefix}add`, input, x) : x
}

/** Padding before and after for a filter of 3 and a stride of 2, which shall see the last row. */
function around(size: number): [number, number] {
  return size % 2 === 0 ? [0, 1] : [1, 1]
}

/** The nearest multiple of 8 that is no more than a tenth below. */
function multipleOfEight(filters: number): number {
  const nearest = Math.max(8, Math.floor((filters + 4) / 8) * 8)
  return nearest < 0.9 * filters ? nearest + 8 : nearest
}
