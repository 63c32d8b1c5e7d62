import type { Engine } from './engines.ts'
import type { Named, Prepared, Repeated } from './workload.ts'

export interface Effort {
  rounds: number
  /** How long a subject runs without being timed: wasm starts in a slow tier. */
  warmUpMs: number
  /** How long a subject runs in each round, at least once. */
  roundMs: number
  /** A subject that has used this much leaves out the remaining rounds. */
  limitMs: number
}

export interface Measured {
  engine: string
  /** Median over the rounds of the milliseconds of one run. */
  ms?: number
  /** One number for each round. */
  rounds: number[]
  /** Largest |output - reference's output|; absent for the reference. */
  difference?: number
  /** The largest |number| in the reference's output, for scale. */
  scale?: number
  /** Why this engine does not run the workload. */
  error?: string
}

interface Subject<W extends Named> extends Measured {
  engineOf: Engine<W>
  prepared?: Prepared
  output?: ArrayLike<number>
  spent: number
}

/** Of the reference's largest value; beyond it an output is wrong, and its engine is not timed. */
const TOLERANCE = 1e-3

/**
 * Measures one workload on several engines, interleaved: in each round every engine runs in turn, so that what
 * disturbs the machine disturbs all of them. Outputs are compared with those of the engine named `reference` first. `onTurn` hears
 * of each of the rounds + 2 turns of every engine.
 */
export async function measure<W extends Named>(
  workload: W,
  engines: readonly Engine<W>[],
  effort: Effort,
  reference = 'cpu',
  onTurn: (engine: string) => void = () => {},
): Promise<Measured[]> {
  const subjects: Subject<W>[] = engines.map((engineOf) => ({ engineOf, engine: engineOf.name, rounds: [], spent: 0 }))
  for (const subject of subjects) {
    onTurn(subject.engine)
    await attempt(subject, () => prepare(subject, workload))
  }
  const expected = subjects.find(({ engine }) => engine === reference)?.output
  for (const subject of subjects) compareOutput(subject, reference, expected)
  for (const subject of subjects) {
    onTurn(subject.engine)
    await attempt(subject, () => timed(subject, effort.warmUpMs - subject.spent))
  }
  for (let round = 0; round < effort.rounds; round++) {
    for (const subject of subjects) {
      onTurn(subject.engine)
      if (round > 0 && subject.spent > effort.limitMs) continue
      await attempt(subject, async () => {
        subject.rounds.push(await timed(subject, effort.roundMs))
      })
    }
  }
  for (const { engineOf, prepared } of subjects) {
    if (prepared === undefined) continue
    await engineOf.start()
    await prepared.dispose()
  }
  return subjects.map(({ engine, rounds, difference, scale, error }) => ({
    engine,
    rounds,
    difference,
    scale,
    error,
    ms: error === undefined && rounds.length > 0 ? median(rounds) : undefined,
  }))
}

async function attempt<W extends Named>(subject: Subject<W>, action: () => Promise<unknown>): Promise<void> {
  if (subject.error !== undefined) return
  try {
    await subject.engineOf.start()
    await action()
  } catch (error) {
    subject.error = error instanceof Error ? error.message : String(error)
  }
}

async function prepare<W extends Named>(subject: Subject<W>, workload: W): Promise<void> {
  subject.prepared = await subject.engineOf.prepare(workload)
  const started = performance.now()
  subject.output = await subject.prepared.output?.()
  subject.spent += performance.now() - started
}

/** Milliseconds of one run, over as many runs as fit into `ms` (at least one, and none where nothing is asked). */
async function timed<W extends Named>(subject: Subject<W>, ms: number): Promise<number> {
  const { prepared } = subject
  if (prepared === undefined || ms <= 0) return Number.NaN
  const repeated = await (prepared.repeat?.(ms) ?? repeat(() => prepared.run(), ms))
  subject.spent += repeated.spent
  return repeated.ms
}

/** Runs as often as fits into `ms`, at least once. */
export async function repeat(run: Prepared['run'], ms: number): Promise<Repeated> {
  const started = performance.now()
  let runs = 0
  let spent = 0
  do {
    const running = run()
    // Awaiting what is no promise would cost a turn of the queue.
    if (running !== undefined) await running
    runs++
    spent = performance.now() - started
  } while (spent < ms)
  return { ms: spent / runs, spent }
}

function compareOutput<W extends Named>(
  subject: Subject<W>,
  reference: string,
  expected: ArrayLike<number> | undefined,
): void {
  const { output } = subject
  if (output === undefined || expected === undefined) return
  let difference = output.length === expected.length ? 0 : Number.POSITIVE_INFINITY
  let scale = 0
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]))
    if (Object.is(output[i], expected[i])) continue
    const apart = Math.abs(output[i] - expected[i])
    difference = Math.max(difference, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart)
  }
  subject.scale = scale
  subject.output = undefined
  if (subject.engine === reference) return
  subject.difference = difference
  if (!(difference <= TOLERANCE * scale))
    subject.error = `wrong: its output is ${difference.toExponential(1)} off ${reference}'s, whose largest value is ${scale.toPrecision(2)}`
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
