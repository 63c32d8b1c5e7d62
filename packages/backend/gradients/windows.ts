import * as tf from '@tensorflow/tfjs-core'
import { depthwiseConv2d } from '../src/index.ts'
import { apart, both, type GradientCase, real } from './case.ts'

type Pad = 'valid' | 'same' | number | [number, number][]
type Pair = number | [number, number]
type Image = tf.Tensor4D

/** Height and width of the padding, top and bottom, left and right. */
const explicit: Pad = [
  [0, 0],
  [0, 2],
  [1, 0],
  [0, 0],
]
const PADS: Pad[] = ['valid', 'same', 1, explicit]

interface Windows {
  /** Of the image without its batch. */
  image: number[]
  size: [number, number]
  strides: Pair
  pad: Pad
}

const conv: Windows[] = [
  ...PADS.flatMap((pad) =>
    ([1, 2, [2, 1]] as Pair[]).map((strides): Windows => ({ image: [6, 5], size: [3, 3], strides, pad })),
  ),
  { image: [6, 7], size: [1, 1], strides: 1, pad: 'valid' },
  { image: [6, 7], size: [1, 1], strides: 2, pad: 'same' },
  { image: [5, 7], size: [2, 3], strides: 1, pad: 'same' },
  { image: [4, 4], size: [4, 4], strides: 1, pad: 'valid' },
]
const CHANNELS = [
  [1, 5],
  [3, 8],
  [4, 2],
]

const describeWindows = ({ image, size, strides, pad }: Windows) =>
  `image ${image.join('x')}, filter ${size.join('x')}, strides ${strides}, pad ${JSON.stringify(pad)}`

const conv2d = conv.flatMap((w) =>
  CHANNELS.flatMap(([inChannels, outChannels]) =>
    both((numbers) => ({
      kernel: 'Conv2D',
      name: `${inChannels} to ${outChannels} channels, ${describeWindows(w)}`,
      inputs: [numbers([2, ...w.image, inChannels], 1), numbers([...w.size, inChannels, outChannels], 2)],
      f: (x, filter) => tf.conv2d(x as Image, filter as Image, w.strides, w.pad as 'same'),
    })),
  ),
)

const fused = conv.slice(0, 4).flatMap((w) =>
  both((numbers) => ({
    kernel: 'FusedConv2D',
    name: `with bias, ${describeWindows(w)}`,
    inputs: [numbers([1, ...w.image, 3], 1), numbers([...w.size, 3, 5], 2), numbers([5], 3)],
    f: (x, filter, bias) =>
      tf.fused.conv2d({ x: x as Image, filter: filter as Image, strides: w.strides, pad: w.pad as 'same', bias }),
  })),
)

const transposed = [1, 2].flatMap((stride) =>
  both((numbers) => ({
    kernel: 'Conv2DBackpropInput',
    name: `conv2dTranspose, strides ${stride}`,
    inputs: [numbers([2, 3, 4, 2], 1), numbers([3, 3, 5, 2], 2)],
    f: (x, filter) => tf.conv2dTranspose(x as Image, filter as Image, [2, 3 * stride, 4 * stride, 5], stride, 'same'),
  })),
)

const depthwise = conv.flatMap((w) =>
  [1, 3, 6].flatMap((channels) =>
    both((numbers) => ({
      kernel: 'DepthwiseConv2dNative',
      name: `${channels} channels, ${describeWindows(w)}`,
      inputs: [numbers([2, ...w.image, channels], 1), numbers([...w.size, channels, 1], 2)],
      f: (x, filter) => tf.depthwiseConv2d(x as Image, filter as Image, w.strides, w.pad as 'same'),
    })),
  ),
)

const fusedDepthwise = conv.slice(0, 4).flatMap((w) =>
  both((numbers) => ({
    kernel: 'FusedDepthwiseConv2D',
    name: `with bias, ${describeWindows(w)}`,
    inputs: [numbers([1, ...w.image, 3], 1), numbers([...w.size, 3, 1], 2), numbers([3], 3)],
    f: (x, filter, bias) =>
      tf.fused.depthwiseConv2d({
        x: x as Image,
        filter: filter as Image,
        strides: w.strides,
        pad: w.pad as 'same',
        bias,
      }),
  })),
)

/** The filter with zeros between its numbers, which needs no dilations. */
function dilated(filter: tf.Tensor, [down, right]: [number, number]): Image {
  const [height, width, ...channels] = filter.shape
  const spread = tf.pad(tf.reshape(filter, [height, 1, width, 1, channels[0] * channels[1]]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, right - 1],
    [0, 0],
  ])
  const whole = tf.reshape(spread, [height * down, width * right, ...channels])
  return tf.slice(whole, 0, [(height - 1) * down + 1, (width - 1) * right + 1, ...channels]) as Image
}

/** What tfjs-core's gradients refuse. */
const dilations = (
  [
    [2, 2],
    [1, 3],
  ] as [number, number][]
).flatMap((dilation) =>
  PADS.flatMap((pad) => [
    ...both((numbers) => ({
      kernel: 'Conv2D',
      name: `dilations ${dilation}, pad ${JSON.stringify(pad)}`,
      inputs: [numbers([2, 8, 9, 3], 1), numbers([3, 2, 3, 5], 2)],
      f: (x, filter) => tf.conv2d(x as Image, filter as Image, 1, pad as 'same', 'NHWC', dilation),
      onCpu: (x, filter) => tf.conv2d(x as Image, dilated(filter, dilation), 1, pad as 'same'),
    })),
    ...[1, 2, 5].flatMap((multiplier) =>
      both((numbers) => ({
        kernel: 'DepthwiseConv2dNative',
        name: `dilations ${dilation}, pad ${JSON.stringify(pad)}, ${multiplier} channels of one`,
        inputs: [numbers([2, 8, 9, 3], 1), numbers([3, 2, 3, multiplier], 2)],
        f: (x, filter) => depthwiseConv2d(x as Image, filter as Image, 1, pad as 'same', 'NHWC', dilation),
        onCpu: (x, filter) => tf.depthwiseConv2d(x as Image, dilated(filter, dilation), 1, pad as 'same'),
      })),
    ),
  ]),
)

const multiplied = conv.slice(0, 6).flatMap((w) =>
  [2, 3, 4].flatMap((multiplier) =>
    both((numbers) => ({
      kernel: 'DepthwiseConv2dNative',
      name: `${multiplier} channels of one, ${describeWindows(w)}`,
      inputs: [numbers([2, ...w.image, 5], 1), numbers([...w.size, 5, multiplier], 2)],
      f: (x, filter) => tf.depthwiseConv2d(x as Image, filter as Image, w.strides, w.pad as 'same'),
    })),
  ),
)

const toFirst = (x: tf.Tensor) => tf.transpose(x, [0, 3, 1, 2]) as Image
const toLast = (x: tf.Tensor) => tf.transpose(x, [0, 2, 3, 1]) as Image
const channelsFirst = ['same', 'valid', 1].flatMap((pad) => [
  ...both((numbers) => ({
    kernel: 'Conv2D',
    name: `channels first, pad ${pad}`,
    inputs: [numbers([2, 3, 8, 9], 1), numbers([3, 3, 3, 5], 2)],
    f: (x, filter) => tf.conv2d(x as Image, filter as Image, 1, pad as 'same', 'NCHW'),
  })),
  // backend-cpu takes all images for ones with channels last.
  ...both((numbers) => ({
    kernel: 'DepthwiseConv2dNative',
    name: `channels first, pad ${pad}`,
    inputs: [numbers([2, 5, 8, 9], 1), numbers([3, 3, 5, 2], 2)],
    f: (x, filter) => tf.depthwiseConv2d(x as Image, filter as Image, 1, pad as 'same', 'NCHW'),
    onCpu: (x, filter) => toFirst(tf.depthwiseConv2d(toLast(x), filter as Image, 1, pad as 'same')),
  })),
  ...both((numbers) => ({
    kernel: 'DepthwiseConv2dNative',
    name: `channels first, dilations 2, pad ${pad}`,
    inputs: [numbers([2, 5, 8, 9], 1), numbers([3, 3, 5, 2], 2)],
    f: (x, filter) => depthwiseConv2d(x as Image, filter as Image, 1, pad as 'same', 'NCHW', 2),
    onCpu: (x, filter) => toFirst(tf.depthwiseConv2d(toLast(x), dilated(filter, [2, 2]), 1, pad as 'same')),
  })),
  ...both((numbers) => ({
    kernel: 'DepthwiseConv2dNative',
    name: `of one image, dilations 2, pad ${pad}`,
    inputs: [numbers([8, 9, 5], 1), numbers([3, 3, 5, 2], 2)],
    f: (x, filter) => depthwiseConv2d(x as tf.Tensor3D, filter as Image, 1, pad as 'same', 'NHWC', 2),
    onCpu: (x, filter) => tf.depthwiseConv2d(x as tf.Tensor3D, dilated(filter, [2, 2]), 1, pad as 'same'),
  })),
])

const pooled: Windows[] = [
  { image: [6, 6], size: [2, 2], strides: 2, pad: 'valid' },
  { image: [5, 7], size: [3, 2], strides: 1, pad: 'valid' },
  { image: [5, 5], size: [2, 2], strides: [1, 3], pad: 'valid' },
]
const padded: Windows[] = [
  { image: [5, 5], size: [3, 3], strides: 2, pad: 'same' },
  { image: [5, 6], size: [2, 2], strides: 1, pad: 'same' },
  { image: [4, 5], size: [3, 3], strides: 1, pad: explicit },
]

const maxPools = [...pooled, ...padded].flatMap((w) =>
  [1, 5].map(
    (channels): GradientCase => ({
      kernel: 'MaxPool',
      name: `${channels} channels, ${describeWindows(w)}`,
      inputs: [apart([2, ...w.image, channels])],
      f: (x) => tf.maxPool(x as Image, w.size, w.strides, w.pad as 'same'),
    }),
  ),
)

/** The mean of each window that lies in the image: at a border tfjs-core's gradient is not that of its mean, as its own specs have it. */
function means({ image: [height, width], size, strides }: Windows, channels: number): GradientCase['double'] {
  const [down, right] = [strides, strides].flat()
  const [rows, columns] = [Math.floor((height - size[0]) / down) + 1, Math.floor((width - size[1]) / right) + 1]
  return (x) => {
    const y = new Float64Array(2 * rows * columns * channels)
    for (let at = 0; at < y.length; at++) {
      const channel = at % channels
      const column = Math.floor(at / channels) % columns
      const row = Math.floor(at / channels / columns) % rows
      const image = Math.floor(at / channels / columns / rows)
      for (let i = 0; i < size[0]; i++)
        for (let j = 0; j < size[1]; j++)
          y[at] +=
            x[((image * height + row * down + i) * width + column * right + j) * channels + channel] /
            (size[0] * size[1])
    }
    return [y]
  }
}

const averagePools = pooled.flatMap((w) =>
  [1, 5].map(
    (channels): GradientCase => ({
      kernel: 'AvgPool',
      name: `${channels} channels, ${describeWindows(w)}`,
      inputs: [real([2, ...w.image, channels])],
      f: (x) => tf.avgPool(x as Image, w.size, w.strides, w.pad as 'same'),
      double: means(w, channels),
    }),
  ),
)
/** There it is at least backend-cpu's. */
const averagesAtBorders = padded.map(
  (w): GradientCase => ({
    kernel: 'AvgPool',
    name: describeWindows(w),
    inputs: [real([2, ...w.image, 3])],
    f: (x) => tf.avgPool(x as Image, w.size, w.strides, w.pad as 'same'),
    onlyCpu: true,
  }),
)

const volumes = (['valid', 'same'] as const).flatMap((pad) =>
  [1, 2].flatMap((strides) => [
    ...both((numbers) => ({
      kernel: 'Conv3D',
      name: `strides ${strides}, pad ${pad}`,
      inputs: [numbers([2, 3, 4, 5, 3], 1), numbers([2, 3, 2, 3, 5], 2)],
      f: (x, filter) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, strides, pad),
    })),
    ...both((numbers) => ({
      kernel: 'Conv3DBackpropInputV2',
      name: `conv3dTranspose, strides ${strides}, pad ${pad}`,
      inputs: [numbers(pad === 'same' ? [1, 2, 2, 3, 5] : [1, 2, 2, 3, 5], 1), numbers([2, 2, 2, 3, 5], 2)],
      f: (x, filter) =>
        tf.conv3dTranspose(
          x as tf.Tensor5D,
          filter as tf.Tensor5D,
          pad === 'same'
            ? [1, 2 * strides, 2 * strides, 3 * strides, 3]
            : [1, strides + 2, strides + 2, 2 * strides + 2, 3],
          strides,
          pad,
        ),
    })),
    {
      kernel: 'MaxPool3D',
      name: `strides ${strides}, pad ${pad}`,
      inputs: [apart([2, 4, 5, 4, 3])],
      f: (x: tf.Tensor) => tf.maxPool3d(x as tf.Tensor5D, 2, strides, pad),
    },
    {
      kernel: 'AvgPool3D',
      name: `strides ${strides}, pad ${pad}`,
      inputs: [real([2, 4, 5, 4, 3])],
      f: (x: tf.Tensor) => tf.avgPool3d(x as tf.Tensor5D, 2, strides, pad),
      onlyCpu: true,
    },
  ]),
)

export const windows: GradientCase[] = [
  ...conv2d,
  ...fused,
  ...transposed,
  ...depthwise,
  ...multiplied,
  ...dilations,
  ...channelsFirst,
  ...fusedDepthwise,
  ...maxPools,
  ...averagePools,
  ...averagesAtBorders,
  ...volumes,
]
