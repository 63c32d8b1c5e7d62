import { configure } from '../src/index.ts'
import { type Call, type Content, contents, runOnCpu, runOnLanewise } from './call.ts'
import { WINOGRAD_ERROR } from './tolerances.ts'

/** Of each kernel that may compute by Winograd's method, the input that it transforms in tiles. */
const images: Record<string, string> = { Conv2D: 'x', FusedConv2D: 'x', Conv2DBackpropInput: 'dy' }

const isOne = (sizes: unknown) => [sizes ?? 1].flat().every((size) => size === 1)

/** Whether Winograd's method may serve the call; which it does also depends on the sizes. */
export function mayBeWinograd(kernel: string, { inputs, attrs }: Call): boolean {
  if (!(kernel in images) || Array.isArray(inputs)) return false
  if (!isOne(attrs.dilations)) return false
  const [height = 0, width = 0] = inputs.filter?.shape ?? []
  if (isOne(attrs.strides)) return height === 3 && width === 3
  return height > 3 && width > 3
}

/** Runs the call without Winograd's method. */
export function withoutWinograd<T>(run: () => T): T {
  configure({ winograd: false })
  try {
    return run()
  } finally {
    configure({ winograd: true })
  }
}

/**
 * Throws where a number is further from backend-cpu's than WINOGRAD_ERROR times the sum, over the channels, of the image's
 * largest magnitude times those of the filter: an outlier disturbs what lies beside it. Numbers are compared where all are finite.
 */
export function checkWinograd(kernel: string, call: Call): void {
  const inputs = contents(call) as Record<string, Content>
  const [expected] = runOnCpu(kernel, inputs, call.attrs)
  const [actual] = runOnLanewise(kernel, inputs, call.attrs).outputs
  if (String(actual.shape) !== String(expected.shape))
    throw new Error(`by Winograd's method the shape is [${actual.shape}], expected [${expected.shape}]`)
  const { bias, preluActivationWeights: slopes } = inputs
  if (Object.values(inputs).some(({ values }) => values.some((x: number) => !Number.isFinite(x)))) return
  const steepest = slopes === undefined ? 1 : Math.max(1, largest(slopes.values))
  const isFirst = call.attrs.dataFormat === 'NCHW'
  const magnitudes = perChannel(inputs[images[kernel]], inputs.filter, kernel === 'Conv2DBackpropInput', isFirst)
  const channelOf = channels(expected.shape, isFirst)
  const start = bias === undefined ? 0 : largest(bias.values)
  for (const [i, value] of expected.values.entries()) {
    const magnitude = (magnitudes[channelOf(i)] + start) * steepest + Math.abs(value)
    const distance = Math.abs(actual.values[i] - value)
    if (!(distance <= WINOGRAD_ERROR * magnitude + 2 ** -126))
      throw new Error(
        `by Winograd's method number ${i} is ${actual.values[i]}, expected ${value} within ${WINOGRAD_ERROR} of ${magnitude}`,
      )
  }
}

const largest = (values: ArrayLike<number>) => Array.from(values).reduce((most, x) => Math.max(most, Math.abs(x)), 0)

/** The channel of the i-th number of images whose channels come first or last. */
function channels([, a, b, c]: number[], first: boolean): (i: number) => number {
  return first ? (i) => Math.floor(i / (b * c)) % a : (i) => i % c
}

/** For each channel of the output, the sum of the image's largest magnitudes times the filter's magnitudes. */
function perChannel(image: Content, filter: Content, transposed: boolean, first: boolean): Float64Array {
  const [, , ins, outs] = filter.shape
  const from = new Float64Array(transposed ? outs : ins)
  const channelOf = channels(image.shape, first)
  for (const [i, x] of image.values.entries()) from[channelOf(i)] = Math.max(from[channelOf(i)], Math.abs(x))
  const to = new Float64Array(transposed ? ins : outs)
  for (const [i, w] of filter.values.entries()) {
    const [input, output] = [Math.floor(i / outs) % ins, i % outs]
    to[transposed ? input : output] += from[transposed ? output : input] * Math.abs(w)
  }
  return to
}
