import { expect, test } from 'vitest'
import type { Engine } from './engines.ts'
import { measure, median } from './measure.ts'
import { duration, significant, times } from './show.ts'
import type { Named } from './workload.ts'

const effort = { rounds: 3, warmUpMs: 0, roundMs: 0.01, limitMs: 1000 }

/** An engine that notes what it is asked for. */
function engine(name: string, log: string[], output: number[], run = () => {}): Engine<Named> {
  return {
    name,
    start: async () => void log.push(`${name} starts`),
    prepare: async () => ({
      run() {
        if (log.at(-1) !== `${name} runs`) log.push(`${name} runs`)
        run()
      },
      output: async () => output,
      dispose: () => void log.push(`${name} ends`),
    }),
  }
}

test('engines run in turn, each current while it runs', async () => {
  const log: string[] = []
  const measured = await measure({ name: 'work' }, [engine('a', log, [1]), engine('cpu', log, [1])], effort)
  expect(measured.map(({ engine, rounds, ms }) => [engine, rounds.length, (ms ?? 0) > 0])).toEqual([
    ['a', 3, true],
    ['cpu', 3, true],
  ])
  const runs = log.filter((line) => line.endsWith('runs'))
  expect(runs).toEqual(['a runs', 'cpu runs', 'a runs', 'cpu runs', 'a runs', 'cpu runs'])
  for (const [i, line] of log.entries())
    if (line.endsWith('runs')) expect(log[i - 1]).toBe(line.replace('runs', 'starts'))
  expect(log.filter((line) => line.endsWith('ends'))).toEqual(['a ends', 'cpu ends'])
})

test('an engine that fails states its error, and the others are measured', async () => {
  const failing = engine('a', [], [1], () => {
    throw new Error('no kernel')
  })
  const [first, second] = await measure({ name: 'work' }, [failing, engine('cpu', [], [1])], effort)
  expect(first).toMatchObject({ error: 'no kernel', ms: undefined })
  expect(second.ms).toBeGreaterThan(0)
})

test('an output that differs from the reference is wrong, and its engine is not timed', async () => {
  const log: string[] = []
  const engines = [engine('zeros', log, [0, 0]), engine('close', log, [2, 1.0001]), engine('cpu', log, [2, 1])]
  const [zeros, close, cpu] = await measure({ name: 'work' }, engines, effort)
  expect(zeros).toMatchObject({
    error: "wrong: its output is 2.0e+0 off cpu's, whose largest value is 2.0",
    ms: undefined,
  })
  expect(log).not.toContain('zeros runs')
  expect(close.difference).toBeCloseTo(1e-4)
  expect(close.error).toBeUndefined()
  expect(cpu.difference).toBeUndefined()
})

test('numbers are shown to three figures', () => {
  expect([0.02134, 0.5, 4.268, 101.4, 2850].map(duration)).toEqual([
    '0.0213 ms',
    '0.500 ms',
    '4.27 ms',
    '101 ms',
    '2.85 s',
  ])
  expect([0.871, 1.34, 24.2, Number.NaN].map(times)).toEqual(['0.87x', '1.3x', '24x', '-'])
  expect(significant(0)).toBe('0')
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5])
})
