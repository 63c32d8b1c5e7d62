// `npm run bench -- capture`: captured steps against eager calls and peers, and what they hold of memory.
import { capture, info } from '@lanewise/backend'
import { mobileNetV2 } from '@lanewise/cnn'
import * as tf from '@tensorflow/tfjs-core'
import type { EngineName } from '../family/engines.ts'
import { duration } from '../measure/show.ts'
import type { Workload } from '../measure/workload.ts'
import { type Terminal, useBackend } from '../terminal/index.ts'
import { compare, family } from './compare.ts'
import { of, type Peer } from './judge.ts'
import { exactly, short } from './report.ts'
import type { Hear, Memory, Row } from './results.ts'
import { journal } from './store.ts'

/** How many times as fast as a peer a captured step is to be. */
export const captureAsked: Readonly<Record<string, { against: Peer; times: number }>> = {
  'RNN predict 1': { against: 'onnxruntime-web', times: 1 / 0.8 },
  'CNN predict 1': { against: 'onnxruntime-web', times: 2 },
  'attention 16x64 4 heads': { against: 'onnxruntime-web', times: 1 / 0.6 },
  'RNN train 32': { against: 'tfjs-wasm', times: 8 },
  'CNN train 32': { against: 'tfjs-cpu', times: 150 },
}
export const CALL = 'call with 1000 floats'
/** The most that a call may take, in milliseconds. */
export const MOST_CALL_MS = 0.003
/** The most memory of a captured MobileNetV2, relative to its weights and two largest activations. */
export const MOST_MEMORY = 1.3

/** What is measured unless names are given. */
export const capturedByDefault = [
  ...Object.keys(captureAsked),
  CALL,
  'LSTM(64) 10x1, batch 1',
  'Attention predict 1',
  'Attention train 32',
  'MobileNetV2 1.0 224',
]

const ENGINES: EngineName[] = ['lanewise', 'captured', 'onnxruntime-web', 'tfjs-wasm', 'tfjs-cpu', 'peak 128']
export const CAPTURE_PEERS: readonly Peer[] = ['onnxruntime-web', 'tfjs-wasm', 'tfjs-cpu']

export interface CaptureOptions {
  budget?: number
  known?: readonly Row[]
  hear?: Hear
}

export async function benchCapture(
  workloads: readonly Workload[],
  terminal: Terminal,
  { hear, ...options }: CaptureOptions = {},
): Promise<void> {
  // The processes of the engines take it over: beside captured steps, models run kernel by kernel.
  process.env.LANEWISE_ACCELERATE = '0'
  const save = journal()
  const rows: Row[] = []
  const results = await compare(workloads, terminal, {
    ...options,
    family: family(ENGINES),
    hear(run, change) {
      rows.push(...(change.row === undefined ? [] : [change.row]))
      save({ ...run, rows })
      hear?.(run, change)
    },
  })
  const { paint } = terminal
  terminal.heading('Milliseconds of one run, inputs in and outputs out, and times as fast as the peers')
  terminal.table(
    [
      '',
      'captured',
      'eager',
      ...CAPTURE_PEERS.map(short),
      ...['eager', ...CAPTURE_PEERS].map((peer) => `x ${short(peer)}`),
    ],
    results.rows.map((row) => [
      row.name,
      ...['captured', 'lanewise', ...CAPTURE_PEERS].map((engine) => time(row, engine)),
      ...['lanewise', ...CAPTURE_PEERS].map((peer) => ratioText(row, peer, paint)),
    ]),
    results.rows.flatMap(({ name, measured }) =>
      measured.flatMap(({ engine, error }) =>
        error === undefined || error.startsWith('nobody') ? [] : [`${name} on ${engine}: ${error}`],
      ),
    ),
  )
  for (const [name, reason] of Object.entries(results.absent)) terminal.print(paint.dim(`Not run: ${name}: ${reason}`))
  const ms = callTime(results.rows)
  if (ms !== undefined) {
    const text = `${duration(ms)}, at most ${duration(MOST_CALL_MS)}`
    terminal.print(`A call with 1,000 floats in and out: ${ms <= MOST_CALL_MS ? paint.green(text) : paint.red(text)}`)
  }
  const memory = await memoryOfMobileNet()
  hear?.(results, { memory })
  const text = `${memory.ratio.toFixed(2)}, at most ${MOST_MEMORY}`
  terminal.print(
    `Memory of a captured MobileNetV2, ${(memory.bytes / 1e6).toFixed(1)} MB with its weights, relative to these and the ` +
      `two largest activations: ${memory.ratio <= MOST_MEMORY ? paint.green(text) : paint.red(text)}`,
  )
  terminal.print(`\nWritten: ${save({ ...results, memory })}`)
}

function time(row: Row, engine: string): string {
  const ms = of(row, engine)?.ms
  return ms === undefined ? '-' : duration(ms)
}

function ratioText(row: Row, peer: string, paint: Terminal['paint']): string {
  const [ours, theirs] = [of(row, 'captured')?.ms, of(row, peer)?.ms]
  if (ours === undefined || theirs === undefined) return paint.dim('-')
  const asked = captureAsked[row.name]
  if (asked?.against !== peer) return exactly(theirs / ours)
  const text = `${exactly(theirs / ours)} (${exactly(asked.times)})`
  return theirs / ours >= asked.times ? paint.green(text) : paint.red(text)
}

/** Milliseconds of a call with 1,000 floats in and out. */
export function callTime(rows: readonly Row[]): number | undefined {
  const row = rows.find(({ name }) => name === CALL)
  return row && of(row, 'captured')?.ms
}

/** Bytes of wasm memory that the network takes with its weights. */
async function memoryOfMobileNet(): Promise<Memory> {
  await useBackend('lanewise')
  const before = info().memory.bytesInUse
  const model = mobileNetV2()
  const step = capture((x: tf.Tensor) => model.apply(x) as tf.Tensor, { shape: [1, 224, 224, 3] })
  const bytes = info().memory.bytesInUse - before
  const size = (shape: readonly (number | null)[]) => 4 * tf.util.sizeFromShape(shape.map((n) => n ?? 1))
  const weights = model.weights.reduce((sum, { shape }) => sum + size(shape), 0)
  const activations = model.layers.map(({ outputShape }) => size(outputShape as number[])).sort((a, b) => b - a)
  step.dispose()
  model.dispose()
  return { bytes, ratio: bytes / (weights + activations[0] + activations[1]) }
}
