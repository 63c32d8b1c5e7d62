import { capture, captureByShape } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import { any, describeRefusals, gone, ones } from './badInput.ts'

const double = (x: tf.Tensor) => tf.mul(x, 2)
const example = { shape: [2, 2], dtype: 'float32' as const }
const given =
  (examples: unknown, fn: unknown = double, options?: unknown) =>
  () =>
    capture(any(fn), any(examples), any(options))

describeRefusals('capture', [
  ['fn: a number', given(example, 2), 'capture: fn: expected a function, got 2'],
  ['fn: absent', given(example, null), 'capture: fn: expected a function, got null'],
  ['examples: absent', given(undefined), 'capture: examples[0]: expected a tensor, a typed array or { shape, dtype }'],
  ['examples: a number', given([3]), 'capture: examples[0]: expected a tensor, a typed array or { shape, dtype }, got'],
  [
    'examples: shape with null',
    given({ shape: [null, 2], dtype: 'float32' }),
    'capture: examples[0]: shape: [null, 2] is not a list of whole numbers, 0 or more',
  ],
  [
    'examples: shape negative',
    given([example, { shape: [-1], dtype: 'float32' }]),
    'capture: examples[1]: shape: [-1] is not a list of whole numbers, 0 or more',
  ],
  [
    'examples: dtype',
    given({ shape: [2], dtype: 'string' }),
    "capture: examples[0]: dtype: 'string'; allowed are float32, int32 and bool",
  ],
  ['examples: strings', given(() => tf.tensor(['a'])), 'capture: examples[0]: '],
  ['options: null', given(example, double, null), 'capture: options: expected an object, got null'],
  ['options: unknown', given(example, double, { limit: 2 }), "capture: there is no option 'limit'; there is passes"],
  ['passes: true', given(example, double, { passes: true }), 'capture: passes: expected an object, got true'],
  ['passes: unknown', given(example, double, { passes: { inline: true } }), "capture: there is no pass 'inline'"],
  ['passes: fuse: 1', given(example, double, { passes: { fuse: 1 } }), 'capture: passes: fuse is 1; it may be true or'],
  ['fn reads data', given(example, (x: tf.Tensor) => tf.scalar(tf.sum(x).dataSync()[0])), /^capture/],
  ['fn throws', given(example, () => tf.matMul(ones([2, 3]), ones([2, 3]))), 'BatchMatMul: a of shape [2,3] has 3 col'],
  ['fn returns no tensor', given(example, () => 'x'), 'capture: result: expected tensors, got'],
  [
    'fn returns a disposed tensor',
    given(example, (x: tf.Tensor) => {
      const y = double(x)
      y.dispose()
      return y
    }),
    /^capture: .*the function has disposed this tensor/,
  ],
])

/** Runs `wrong` with a step, and gives its memory back. */
const withStep = (wrong: (step: ReturnType<typeof capture<tf.Tensor>>) => unknown) => () => {
  const step = capture(double, example)
  try {
    return wrong(step)
  } finally {
    step.dispose()
  }
}

describeRefusals('a captured step', [
  ['no inputs', withStep((step) => step()), 'step: inputs: there are 0, expected 1'],
  ['too many', withStep((step) => step(ones([2, 2]), ones([2, 2]))), 'step: inputs: there are 2, expected 1'],
  ['an array', withStep((step) => step(any([1, 2, 3, 4]))), 'step: inputs[0]: expected a tensor or a typed array, got'],
  ['another shape', withStep((step) => step(ones([4]))), 'step: inputs[0]: has shape [4], expected [2,2]'],
  ['another type', withStep((step) => step(ones([2, 2], 'int32'))), 'step: inputs[0]: is int32, expected float32'],
  ['disposed', withStep((step) => step(gone([2, 2]))), 'step: inputs[0]: the tensor is disposed'],
  ['too few numbers', withStep((step) => step(new Float32Array(3))), 'step: inputs[0]: has 3 numbers, expected 4'],
  [
    'numbers of another type',
    withStep((step) => step(new Int32Array(4))),
    'step: inputs[0]: expected a Float32Array (float32), got',
  ],
  [
    'run: inputs absent',
    withStep((step) => step.run(any(undefined), [])),
    'step.run: inputs: expected a list of typed arrays, got undefined',
  ],
  [
    'run: outputs absent',
    withStep((step) => step.run([new Float32Array(4)], any(undefined))),
    'step.run: outputs: expected a list of typed arrays, got undefined',
  ],
  [
    'run: outputs too short',
    withStep((step) => step.run([new Float32Array(4)], [new Float32Array(3)])),
    'step.run: outputs[0]: has 3 numbers, expected 4',
  ],
  [
    'run: a tensor',
    withStep((step) => step.run([any(ones([2, 2]))], [new Float32Array(4)])),
    'step.run: inputs[0]: expected a Float32Array (float32), got',
  ],
  [
    'after dispose',
    withStep((step) => {
      step.dispose()
      return step(ones([2, 2]))
    }),
    'step: it is disposed; capture the function again',
  ],
])

const byShape =
  (options: unknown, fn: unknown = double) =>
  () =>
    captureByShape(any(fn), any(options))

describeRefusals('captureByShape', [
  ['fn: a string', byShape({}, 'double'), "captureByShape: fn: expected a function, got 'double'"],
  ['options: null', byShape(null), 'captureByShape: options: expected an object, got null'],
  ['options: a number', byShape(8), 'captureByShape: options: expected an object, got 8'],
  ['options: unknown', byShape({ most: 2 }), "captureByShape: there is no option 'most'; there is passes, limit"],
  ['limit: 0', byShape({ limit: 0 }), 'captureByShape: limit: 0 is not a whole number, 1 or more'],
  ['limit: 1.5', byShape({ limit: 1.5 }), 'captureByShape: limit: 1.5 is not a whole number, 1 or more'],
  ['limit: null', byShape({ limit: null }), 'captureByShape: limit: null is not a whole number, 1 or more'],
  ['passes: unknown', byShape({ passes: { all: true } }), "captureByShape: there is no pass 'all'"],
  ['inputs: a number', () => captureByShape(double)(any(3)), 'step: inputs[0]: expected a tensor, a typed array or'],
  [
    'inputs: disposed',
    () => {
      const steps = captureByShape(double)
      try {
        steps(gone([2]))
      } finally {
        steps.dispose()
      }
    },
    'step: inputs[0]: the tensor is disposed',
  ],
])
