// An LSTM forecasts the CO2 over Mauna Loa, month by month: node packages/rnn/examples/co2.ts [--quick]
import { readFileSync } from 'node:fs'
import { lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { type Example, fitWithProgress, main, type Terminal } from '../../../bench/src/terminal/index.ts'

/** Months in a window; the next one is to be forecast. */
const WINDOW = 10
/** The last ten years are held out. */
const TEST_MONTHS = 120
/** Of the error of repeating the last value. */
const SHARE = 0.5

interface Month {
  /** Months since the year 0. */
  index: number
  date: string
  ppm: number
}

/** Windows of months without a gap: each value less the window's last one, and by how much the next month differs from that. */
interface Windows {
  inputs: Float32Array
  changes: Float32Array
  months: Month[]
}

/** The monthly means of the npm package `vega-datasets`, from 1958 on; five months are missing. */
function readMonths(): Month[] {
  const file = new URL('../data/co2-concentration.csv', import.meta.resolve('vega-datasets'))
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [date, ppm] = line.split(',')
    const [year, month] = date.split('-').map(Number)
    return { index: year * 12 + month - 1, date: date.slice(0, 7), ppm: Number(ppm) }
  })
}

function windowsOf(months: Month[], begin: number, end: number): Windows {
  const inputs: number[] = []
  const changes: number[] = []
  const targets: Month[] = []
  for (let at = Math.max(begin, WINDOW); at < end; at++) {
    const window = months.slice(at - WINDOW, at)
    if (months[at].index - window[0].index !== WINDOW) continue
    const last = window[WINDOW - 1].ppm
    inputs.push(...window.map(({ ppm }) => ppm - last))
    changes.push(months[at].ppm - last)
    targets.push(months[at])
  }
  return { inputs: Float32Array.from(inputs), changes: Float32Array.from(changes), months: targets }
}

/** What the changes are divided by, from the training months alone. */
function deviation(changes: Float32Array): number {
  const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length
  return Math.sqrt(changes.reduce((sum, change) => sum + (change - mean) ** 2, 0) / changes.length)
}

function tensors({ inputs, changes }: Windows, scale: number): { x: tf.Tensor3D; y: tf.Tensor2D } {
  const scaled = (values: Float32Array) => values.map((value) => value / scale)
  return {
    x: tf.tensor3d(scaled(inputs), [changes.length, WINDOW, 1]),
    y: tf.tensor2d(scaled(changes), [changes.length, 1]),
  }
}

function rootMeanSquare(errors: ArrayLike<number>): number {
  return Math.sqrt(Array.from(errors).reduce((sum, error) => sum + error * error, 0) / errors.length)
}

function read(): { months: Month[]; train: Windows; test: Windows; scale: number } {
  const months = readMonths()
  const split = months.length - TEST_MONTHS
  const train = windowsOf(months, 0, split)
  return { months, train, test: windowsOf(months, split, months.length), scale: deviation(train.changes) }
}

const compile = { optimizer: 'adam', loss: 'mse' }

export const example: Example = {
  name: 'RNN',
  about: 'monthly CO2 over Mauna Loa, 1958 to 2020',

  async run({ quick, terminal }) {
    const { months, train, test, scale } = read()
    const epochs = quick ? 10 : 100
    const [first, last] = [test.months[0].date, test.months[TEST_MONTHS - 1].date]
    terminal.print(
      `${train.months.length} windows of ${WINDOW} months to train on for ${epochs} epochs; ${first} to ${last} to test`,
    )

    const model = lstmNet({ inputShape: [WINDOW, 1], units: [64, 64] })
    model.compile(compile)
    const { x, y } = tensors(train, scale)
    await fitWithProgress(terminal, 'RNN', model, x, y, { epochs, batchSize: 32 })

    const held = tensors(test, scale)
    const output = model.predict(held.x) as tf.Tensor2D
    const forecast = (output.dataSync() as Float32Array).map((change) => change * scale)
    tf.dispose([x, y, held.x, held.y, output])
    model.dispose()

    const lastYear = changesAYearBefore(months, test)
    const errorOf = (changes: ArrayLike<number>) => rootMeanSquare(test.changes.map((change, i) => change - changes[i]))
    const errors = {
      'the LSTM': errorOf(forecast),
      'repeating the last value': errorOf(new Float32Array(TEST_MONTHS)),
      "repeating last year's change": errorOf(lastYear),
    }
    printMonths(terminal, test, forecast, lastYear)
    terminal.table(
      ['', 'error (root mean square)'],
      Object.entries(errors).map(([name, error]) => [name, `${error.toFixed(3)} ppm`]),
    )
    const [ours, naive, seasonal] = Object.values(errors)
    return {
      requirement: `error at most ${100 * SHARE} % of that of repeating the last value`,
      result:
        `error ${ours.toFixed(3)} ppm, ${((100 * ours) / naive).toFixed(1)} % of that of repeating the last value ` +
        `(${naive.toFixed(3)}); repeating last year's change: ${seasonal.toFixed(3)}`,
      reached: ours <= SHARE * naive,
    }
  },

  workload: {
    build: (others) => lstmNet({ inputShape: [WINDOW, 1], units: [64, 64], ...others }),
    stock() {
      // The stock orthogonal initializer takes seconds, and these weights are replaced.
      const args = { units: 64, recurrentInitializer: 'glorotNormal' } as const
      return sequential({
        layers: [
          layers.lstm({ ...args, returnSequences: true, inputShape: [WINDOW, 1] }),
          layers.lstm({ ...args }),
          layers.dense({ units: 1 }),
        ],
      })
    },
    compile,
    batch() {
      const { train, scale } = read()
      const { inputs, changes, months } = train
      const count = 32
      return tensors(
        { inputs: inputs.slice(0, count * WINDOW), changes: changes.slice(0, count), months: months.slice(0, count) },
        scale,
      )
    },
  },
}

/** For each month, how the same month of the year before differed from the month before it. */
function changesAYearBefore(months: Month[], { months: targets }: Windows): Float32Array {
  const ppm = new Map(months.map((month) => [month.index, month.ppm]))
  return Float32Array.from(targets, ({ index }) => (ppm.get(index - 12) as number) - (ppm.get(index - 13) as number))
}

/** The last months as they came, and as each was forecast from the ten before it. */
function printMonths(terminal: Terminal, test: Windows, forecast: Float32Array, lastYear: Float32Array): void {
  const first = test.months.length - 6
  terminal.print()
  terminal.table(
    ['month', 'ppm', 'the LSTM', 'last value', "last year's change"],
    test.months.slice(first).map(({ date, ppm }, i) => {
      const before = ppm - test.changes[first + i]
      const values = [ppm, before + forecast[first + i], before, before + lastYear[first + i]]
      return [date, ...values.map((value) => value.toFixed(2))]
    }),
  )
}

await main(import.meta, example)
