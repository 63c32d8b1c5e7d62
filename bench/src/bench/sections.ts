// What docs/benchmarks.md says of captured steps and of threads.
import { duration, significant } from '../measure/show.ts'
import { CALL, CAPTURE_PEERS, callTime, captureAsked, capturedByDefault, MOST_CALL_MS, MOST_MEMORY } from './capture.ts'
import { marks, of } from './judge.ts'
import { against, markdown, notMeasured } from './markdown.ts'
import { short } from './report.ts'
import type { Data, Row } from './results.ts'
import { gain, MOST_DISPATCH_US, threadedByDefault, threadsAsked } from './threads.ts'

export function capturedSection(captured: Data['captured'], kernels?: string): string {
  if (captured === undefined) return ''
  const rows = sorted(captured.rows, capturedByDefault)
  const peers = ['lanewise', ...CAPTURE_PEERS]
  const title = (peer: string) => (peer === 'lanewise' ? 'eager' : short(peer))
  const call = callTime(rows)
  const { memory } = captured
  const lines = [
    ...(call === undefined
      ? []
      : [`- A call with 1,000 floats in and out: ${atMost(1000 * call, 1000 * MOST_CALL_MS)} us.`]),
    ...(memory === undefined
      ? []
      : [
          `- A captured MobileNetV2 holds ${(memory.bytes / 1e6).toFixed(1)} MB, of its weights and two largest activations ` +
            `${atMost(memory.ratio, MOST_MEMORY)} times.`,
        ]),
    ...notMeasured(capturedByDefault, rows),
  ]
  return `
## Captured steps

\`npm run bench -- capture --docs\`: one run, inputs in and outputs out, with what is asked in brackets.

${markdown(
  ['', 'captured', ...peers.map(title), ...peers.map((peer) => `captured / ${title(peer)}`)],
  rows.map((row) => [
    row.name + marks(row, rows, kernels),
    ...['captured', ...peers].map((engine) => time(row, engine)),
    ...peers.map((peer) => timesAsFast(row, peer)),
  ]),
)}

${lines.join('\n')}
`
}

export function threadsSection(section: Data['threads'], kernels?: string): string {
  if (section?.threads === undefined) return ''
  const { threads, dispatch, effort } = section
  const rows = sorted(section.rows, threadedByDefault)
  const lines = [
    ...(dispatch === undefined
      ? []
      : [
          `- A command that does nothing: ${atMost(dispatch.empty, MOST_DISPATCH_US)} us. One of ${significant(dispatch.alone)} us takes ` +
            `${significant(dispatch.shared)} us on all threads.`,
        ]),
    ...notMeasured(threadedByDefault, rows),
  ]
  return `
## Threads

\`npm run bench -- threads --docs\`: ${threads} threads and one, in turn, in ${effort.rounds} rounds; how many times as fast, with what is asked in brackets. The best
rounds say what the threads can do, the medians what they did on this machine, where other programs want the cores, too.

${markdown(
  ['', '1 thread', `${threads} threads`, 'medians', 'best rounds'],
  rows.map((row) => {
    const { alone, together, median, best } = gain(row, threads)
    const asked = threads === 2 ? threadsAsked[row.name] : undefined
    return [
      row.name + marks(row, rows, kernels),
      ...[alone, together].map((ms) => (ms === undefined ? '' : duration(ms))),
      ...[median, best].map((times) => (times === undefined ? '' : atLeast(times, asked))),
    ]
  }),
)}

${lines.join('\n')}
`
}

/** In the order of what is measured by default; what somebody named comes behind it. */
function sorted(rows: readonly Row[], names: readonly string[]): Row[] {
  const place = ({ name }: Row) => (names.includes(name) ? names.indexOf(name) : names.length)
  return [...rows].sort((a, b) => place(a) - place(b))
}

function time(row: Row, engine: string): string {
  const ms = of(row, engine)?.ms
  return ms === undefined ? '' : duration(ms)
}

function timesAsFast(row: Row, peer: string): string {
  const [ours, theirs] = [of(row, 'captured')?.ms, of(row, peer)?.ms]
  if (ours === undefined || theirs === undefined) return ''
  const asked = captureAsked[row.name]
  return atLeast(theirs / ours, asked?.against === peer && row.name !== CALL ? asked.times : undefined)
}

const atLeast = (is: number, asked?: number) =>
  against(significant(is), asked === undefined ? undefined : String(Number(asked.toFixed(2))), is >= (asked ?? 0))

const atMost = (is: number, asked: number) => against(significant(is), `at most ${asked}`, is <= asked)
