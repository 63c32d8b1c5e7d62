import { expect, test } from 'vitest'
import { changed, type Data, due, inOrder, preferred, type Row, type Run } from './results.ts'

/** A row whose rounds spread by so much, of these kernels. */
function row(name: string, ms: number, { spread = 1, kernels = 'new', engines = ['lanewise'] } = {}): Row {
  const measured = engines.map((engine) => ({ engine, ms, rounds: [ms / spread, ms, ms] }))
  return { name, date: '2020-02-02', kernels, measured }
}

const effort = { rounds: 3, warmUpMs: 1, roundMs: 1, limitMs: 1 }
const run = (changes: object = {}) =>
  ({
    machine: { node: '24' },
    kernels: 'new',
    engines: { lanewise: 'relaxed' },
    absent: {},
    effort,
    ...changes,
  }) as unknown as Run

/** The data after these rows have come. */
const after = (rows: Row[], data?: Data, by = run()) =>
  rows.reduce<Data | undefined>((before, row) => changed(before, 'compared', by, { row }), data)!

const times = (data: Data) => data.compared.rows.map(({ name, measured }) => [name, measured[0].ms])

test('each row that comes is put beside those that there are', () => {
  const data = after([row('a', 1), row('b', 1)])
  expect(times(data)).toEqual([
    ['a', 1],
    ['b', 1],
  ])
  expect(times(after([row('a', 2)], data))).toEqual([
    ['a', 2],
    ['b', 1],
  ])
  expect(inOrder(data.compared, ['b', 'gone', 'a']).map(({ name }) => name)).toEqual(['b', 'a'])
})

test('rows of another machine or another version of an engine do not stay', () => {
  const data = after([row('a', 1), row('b', 1)])
  expect(times(after([row('a', 2)], data, run({ machine: { node: '22' } })))).toEqual([['a', 2]])
  expect(times(after([row('a', 2)], data, run({ engines: { lanewise: 'simd' } })))).toEqual([['a', 2]])
})

test('an engine that is not there today is not absent from the rows of yesterday', () => {
  const data = after([row('a', 1)])
  const without = run({ engines: {}, absent: { lanewise: 'no SIMD' } })
  expect(after([row('b', 1)], data, without).compared).toMatchObject({ engines: { lanewise: 'relaxed' }, absent: {} })
})

test('a disturbed row takes the place of a more disturbed one, and of one of other kernels or engines only', () => {
  const calm = row('a', 1)
  const disturbed = row('a', 2, { spread: 1.5 })
  const worse = row('a', 3, { spread: 2 })
  const kept = (before: Row, after: Row) => preferred(before, after, [before])
  expect(kept(calm, disturbed)).toBe(calm)
  expect(kept(disturbed, worse)).toBe(disturbed)
  expect(kept(worse, disturbed)).toBe(disturbed)
  expect(kept(calm, row('a', 2))).toMatchObject({ measured: [{ ms: 2 }] })
  const old = row('a', 1, { kernels: 'old' })
  expect(kept(old, disturbed)).toBe(disturbed)
  const more = row('a', 2, { spread: 1.5, engines: ['lanewise', 'tfjs-wasm'] })
  expect(kept(calm, more)).toBe(more)
  expect(times(after([calm, disturbed]))).toEqual([['a', 1]])
})

test('parts do not touch each other', () => {
  const data = after([row('a', 1)])
  const captured = changed(data, 'captured', run({ kernels: 'newer' }), {
    row: row('c', 1),
    memory: { bytes: 1, ratio: 1 },
  })
  expect(captured.compared).toEqual(data.compared)
  expect(captured).toMatchObject({ kernels: 'newer', captured: { memory: { bytes: 1 }, rows: [{ name: 'c' }] } })
  const threads = changed(captured, 'threads', run(), { threads: 2 })
  expect(threads).toMatchObject({ captured: captured.captured, threads: { threads: 2, rows: [] } })
  expect(changed(undefined, 'threads', run(), { threads: 2 }).compared.rows).toEqual([])
})

test('due is what is missing, then what is stale, then what is disturbed, the worst first', () => {
  const rows = [
    row('calm', 1),
    row('disturbed', 1, { spread: 1.2 }),
    row('stale', 1, { kernels: 'old' }),
    row('worse', 1, { spread: 3 }),
  ]
  const names = ['calm', 'disturbed', 'missing', 'stale', 'worse', 'missing, too']
  const workloads = names.map((name) => ({ name }))
  expect(due(workloads, rows, 'new').map(({ name }) => name)).toEqual([
    'missing',
    'missing, too',
    'stale',
    'worse',
    'disturbed',
  ])
})
