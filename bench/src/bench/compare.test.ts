import { expect, test } from 'vitest'
import type { Remote } from '../family/family.ts'
import type { Workload } from '../measure/workload.ts'
import type { Terminal } from '../terminal/index.ts'
import { affordable, compare, type Timed } from './compare.ts'
import type { Row } from './results.ts'
import { fits } from './table.ts'

const effort = { rounds: 3, warmUpMs: 0, roundMs: 1, limitMs: Number.POSITIVE_INFINITY }
const said: string[] = []
const terminal = {
  progress: () => ({ update() {}, stop() {} }),
  paragraph: (text: string) => said.push(text),
} as unknown as Terminal

const workload = (name: string) => ({ name, onnx: async () => {} }) as unknown as Workload

/** An engine that takes so long in each of its rounds, the last time again and again; undefined ends the program. */
function engine(
  name: Remote['name'],
  rounds: Record<string, readonly (number | undefined)[]>,
): Remote & { stopped: boolean } {
  const taken: Record<string, number> = {}
  const remote = {
    name,
    stopped: false,
    launch: async () => '1.0',
    start: async () => {},
    stop: () => {
      remote.stopped = true
    },
    prepare: async ({ name }: Workload) => ({
      run() {},
      async repeat() {
        const times = rounds[name] ?? [1]
        taken[name] ??= 0
        const ms = times[Math.min(taken[name]++, times.length - 1)]
        return { ms: ms!, spent: ms! }
      },
      dispose() {},
    }),
  }
  return remote
}

test('each row is heard as soon as it is measured, so that what ends the program later takes nothing away', async () => {
  const heard: string[] = []
  const family = [engine('lanewise', {}), engine('tfjs-wasm', {})]
  const end = new Error('interrupted')
  const comparing = compare(['a', 'b', 'c'].map(workload), terminal, {
    effort,
    family,
    hear(run, { row }) {
      if (row?.name === 'b') throw end
      expect(run).toMatchObject({ engines: { lanewise: '1.0', 'tfjs-wasm': '1.0' } })
      expect(row).toMatchObject({ kernels: run.kernels })
      heard.push(row!.name)
    },
  })
  await expect(comparing).rejects.toBe(end)
  expect(heard).toEqual(['a'])
  expect(family.map(({ stopped }) => stopped)).toEqual([true, true])
})

test('without a budget all is measured, and with the smallest one row', async () => {
  const names = ['a', 'b', 'c']
  const measured = async (budget?: number) => {
    const { rows } = await compare(names.map(workload), terminal, { effort, family: [engine('lanewise', {})], budget })
    return rows.map(({ name }) => name)
  }
  expect(await measured()).toEqual(names)
  expect(said).toEqual([])
  expect(await measured(1e-6)).toEqual(['a'])
  expect(said).toEqual(['No time was left for 2: b; c'])
})

test('a disturbed row is measured again, and the less disturbed measurement counts', async () => {
  // a is calm when it is measured again, b is worse.
  const family = [engine('lanewise', { a: [1, 2, 2, 3, 3, 3], b: [1, 2, 2, 1, 9, 9] })]
  const heard: string[] = []
  const { rows } = await compare([workload('a'), workload('b')], terminal, {
    effort,
    family,
    budget: 60_000,
    hear: (_, { row }) => void heard.push(row!.name),
  })
  expect(rows.map(({ name, measured }) => [name, measured[0].ms])).toEqual([
    ['a', 3],
    ['b', 2],
  ])
  expect(heard).toEqual(['a', 'b', 'a', 'b'])
})

test('the most disturbed rows for which there is time are measured again', () => {
  const timed = (spread: number, took: number): Timed => ({
    row: {
      name: `${spread}`,
      date: '',
      measured: [{ engine: 'lanewise', ms: spread, rounds: [1, spread, spread] }],
    } as Row,
    took,
  })
  const first = [timed(1.05, 1), timed(1.2, 5), timed(3, 50), timed(2, 10)]
  expect(affordable(first, 1000)).toEqual([2, 3, 1])
  expect(affordable(first, 20)).toEqual([3, 1])
  expect(affordable(first, 0)).toEqual([])
})

test('a row begins where it is likely to end in time', () => {
  expect(fits(0, 0, 0)).toBe(true)
  expect(fits(10, 1, 20)).toBe(true)
  expect(fits(10, 1, 19)).toBe(false)
  expect(fits(30, 3, 45)).toBe(true)
})
