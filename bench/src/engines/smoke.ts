// What runs on each engine, against the installed tarballs. It only reports; the numbers are judged outside.
import { attentionNet } from '@lanewise/attention'
import { configure, type Info, info } from '@lanewise/backend'
import { convNet } from '@lanewise/cnn'
import { lstmNet } from '@lanewise/rnn'
import * as tf from '@tensorflow/tfjs-core'
import { type ModelName, type Observed, observe, settings } from './procedure.ts'

export type Report =
  | {
      info: Pick<Info, 'variant' | 'shared' | 'threads' | 'wide'>
      seconds: number
      observed: Record<ModelName, Observed>
    }
  | { error: string }

const warnings: string[] = []
const { warn } = console
console.warn = (...said) => {
  warnings.push(said.join(' '))
  warn(...said)
}

async function smoke(): Promise<Report> {
  try {
    configure({ threads: 2 })
    const started = performance.now()
    if (!(await tf.setBackend('lanewise'))) throw new Error("tf.setBackend('lanewise') answered false")
    const observed = {
      cnn: await observe('cnn', convNet(settings.cnn)),
      lstm: await observe('lstm', lstmNet(settings.lstm)),
      attention: await observe('attention', attentionNet(settings.attention)),
    }
    if (tf.getBackend() !== 'lanewise') throw new Error(`The backend became ${tf.getBackend()}`)
    await share()
    const { variant, shared, threads, wide } = info()
    return { info: { variant, shared, threads, wide }, seconds: (performance.now() - started) / 1000, observed }
  } catch (error) {
    const thrown = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { error: [thrown, ...warnings].join('\n') }
  }
}

/** Products that are large enough to be shared by threads; throws where one is wrong. */
async function share(): Promise<void> {
  const n = 300
  for (let round = 0; round < 20; round++) {
    const values = tf.tidy(() => tf.matMul(tf.fill([n, n], round), tf.ones([n, n])).dataSync())
    if (values.some((value) => value !== n * round)) throw new Error(`A product of round ${round} is wrong`)
    // Between the rounds threads go to sleep.
    await new Promise((resolve) => setTimeout(resolve, round))
  }
}

const report = JSON.stringify(await smoke())
// On a page or in its worker the report goes to the server that the script came from.
const origin = (globalThis as { location?: Location }).location?.origin
if (origin?.startsWith('http')) await fetch(`${origin}/report`, { method: 'POST', body: report })
else console.log(report)
