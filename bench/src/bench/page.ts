import { duration, significant } from '../measure/show.ts'
import { workloads } from '../workloads/index.ts'
import { MODEL_WARM_UP } from './compare.ts'
import {
  DISTURBED,
  gigaflops,
  type Judgement,
  judge,
  type Mode,
  marks,
  NARROW,
  of,
  PEERS,
  ratio,
  shareOfPeak,
  WIDE,
} from './judge.ts'
import { against, markdown, notMeasured } from './markdown.ts'
import { notes } from './notes.ts'
import { percent, short } from './report.ts'
import { type Data, inOrder, type Row, type Section } from './results.ts'
import { capturedSection, threadsSection } from './sections.ts'

const targetsOf = (name: string) => workloads.find((workload) => workload.name === name)?.targets
const names = workloads.map(({ name }) => name)

/** docs/benchmarks.md. */
export function page(data: Data): string {
  const { machine, kernels, compared, captured, threads } = data
  const { engines, absent, effort } = compared
  const rows = inOrder(compared, names)
  const ran = (name: string) => engines[name] !== undefined
  const modes = [NARROW, WIDE].filter(ran) as Mode[]
  const peers = PEERS.filter(ran)
  const title = (row: Row) => row.name + marks(row, rows, kernels)
  const pairs = peers.flatMap((peer) => modes.map((mode) => ({ peer, mode })))
  const judged = rows.flatMap((row) => judge(row, targetsOf(row.name)))
  const missed = judged.filter(({ reached }) => reached === false)
  const measured = judged.filter(({ reached }) => reached !== undefined)
  const all = [compared, captured, threads].flatMap((section) => section?.rows ?? [])
  const dates = [...new Set(all.map(({ date }) => date))].sort()
  const versions = Object.entries(engines).filter(([name]) => !name.startsWith('peak'))
  return `# Benchmarks

<!-- Written by \`npm run bench -- --docs\`. -->

One core of a machine with ${machine.cores} (${machine.cpu}, ${machine.platform}), Node ${machine.node} (V8 ${machine.v8}), ${dates.join(' to ')}:
${versions.map(([name, version]) => `${name} ${version}`).join('; ')}.

\`\`\`
npm run bench -- --docs                     # all workloads, and this page
npm run bench -- --docs --missing           # what is not measured, or marked
npm run bench -- --docs matmul 'CNN train'  # some
npm run bench -- matmul                     # some, printed
\`\`\`

Each engine has a process of its own, with one thread. Outputs are compared with those of \`lanewise\` first. Then, after ${effort.warmUpMs} ms of warming up (models ${MODEL_WARM_UP} times that), the
engines run in turn, ${effort.roundMs} ms or one run each, in ${effort.rounds} rounds or until an engine has used ${effort.limitMs / 1000} s; figures are medians of the rounds. A row
in which a median is more than ${Math.round(100 * (DISTURBED - 1))} % above its best round, or the peak as far below the usual one, is measured again, and marked with † where that
did not help; one that was measured on other kernels than the last ones is marked with ‡. \`wide\` is \`lanewise\` with
\`configure({ wide: true })\`. GFLOP/s count a multiply and an add as two, as if computed directly: Winograd's method needs fewer, and can exceed a peak.
Peaks are the most multiply-adds that the core does in wasm, measured beside each row. ONNX Runtime has its inputs in its own memory and its
weights prepared; outputs are read from models, but not from single operations, on any engine.
${absentText(absent, rows)}
## Targets

Times as fast as a peer, and what it is to be in brackets. ${measured.length - missed.length} of ${measured.length} are reached.

${markdown(...targetTable(rows, modes, title))}

${missed.length === 0 ? 'None is missed.' : missedText(rows, missed, title)}

## All workloads

GFLOP/s, or the time of one run where operations do not say much, and the share of the peak.

${markdown(
  ['', 'time', ...[...modes, ...peers].map(short), ...modes.map((mode) => `of ${mode === WIDE ? 256 : 128}-bit peak`)],
  rows.map((row) => [
    title(row),
    cell(row, NARROW, true),
    ...[...modes, ...peers].map((engine) => cell(row, engine)),
    ...modes.map((mode) => percent(shareOfPeak(row, mode))),
  ]),
)}

Times as fast:

${markdown(
  ['', ...pairs.map(({ peer, mode }) => `${mode} / ${short(peer)}`)],
  rows.map((row) => [title(row), ...pairs.map(({ peer, mode }) => show(ratio(row, mode, peer)))]),
)}
${failures(rows)}${capturedSection(captured, kernels)}${threadsSection(threads, kernels)}`
}

function absentText(absent: Section['absent'], rows: Row[]): string {
  const lines = [
    ...Object.entries(absent).map(([name, reason]) => `- ${name} was not run: ${reason}.`),
    ...notMeasured(names, rows),
  ]
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`
}

function cell(row: Row, engine: string, asTime = false): string {
  const { ms, error } = of(row, engine) ?? {}
  if (error !== undefined) return 'fails'
  if (ms === undefined) return ''
  const speed = asTime ? undefined : gigaflops(row, engine)
  return speed === undefined ? duration(ms) : significant(speed)
}

const show = (value: number | undefined) => (value === undefined ? '' : significant(value))

const PEERS_AND_PEAK: readonly Judgement['against'][] = ['tfjs-wasm', 'onnxruntime-web', 'tfjs-cpu', 'peak']

/** The rows with a target against each, and the columns that have one. */
function targetTable(rows: Row[], modes: Mode[], nameOf: (row: Row) => string): [string[], string[][]] {
  const asked = rows
    .map((row) => ({ row, judged: judge(row, targetsOf(row.name)) }))
    .filter(({ judged }) => judged.length > 0)
  const columns = PEERS_AND_PEAK.flatMap((against) => modes.map((mode) => ({ against, mode }))).filter(
    ({ against, mode }) =>
      asked.some(({ judged }) => judged.some((one) => one.against === against && one.mode === mode)),
  )
  const title = (against: string, mode: Mode) =>
    against === 'peak' ? `${mode}, of the ${mode === WIDE ? 256 : 128}-bit peak` : `${mode} / ${short(against)}`
  return [
    ['', ...columns.map(({ against, mode }) => title(against, mode))],
    asked.map(({ row, judged }) => [
      nameOf(row),
      ...columns.map(({ against, mode }) => figure(judged.find((one) => one.against === against && one.mode === mode))),
    ]),
  ]
}

function figure(judgement: Judgement | undefined): string {
  if (judgement?.actual === undefined) return ''
  const { actual, target, reached } = judgement
  const [is, asked] =
    judgement.against === 'peak' ? [percent(actual), percent(target)] : [significant(actual), String(target)]
  return against(is, asked, reached === true)
}

function missedText(rows: Row[], missed: Judgement[], nameOf: (row: Row) => string): string {
  const names = [...new Set(missed.map(({ workload }) => workload))]
  const lines = names.map((name) => {
    const row = rows.find((row) => row.name === name)!
    const figures = missed
      .filter(({ workload }) => workload === name)
      .map(({ mode, against, actual, target }) =>
        against === 'peak'
          ? `\`${mode}\` at ${percent(actual)} of its peak, not ${percent(target)}`
          : `\`${mode}\` ${significant(actual!)} times ${against}, not ${target}`,
      )
    const shares = [NARROW, WIDE].flatMap((mode) => {
      const share = shareOfPeak(row, mode as Mode)
      return share === undefined ? [] : [`\`${mode}\` at ${percent(share)} of its peak`]
    })
    const note = notes[name] === undefined ? '' : ` ${notes[name]}`
    const limit = shares.length === 0 ? '' : ` (${shares.join(', ')})`
    return `- **${nameOf(row)}**: ${figures.join('; ')}${limit}.${note}`
  })
  return `Missed:\n\n${lines.join('\n')}`
}

function failures(rows: Row[]): string {
  const lines = rows.flatMap(({ name, measured }) =>
    measured.flatMap(({ engine, error }) => (error === undefined ? [] : [`- ${name} on ${engine}: ${error}`])),
  )
  return lines.length === 0 ? '' : `\nWhat fails:\n\n${lines.join('\n')}\n`
}
