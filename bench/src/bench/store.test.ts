import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { fingerprint } from './fingerprint.ts'
import { readData, text, writeWhole } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'lanewise-bench-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a file is written whole, and nothing is left beside it', () => {
  const file = join(folder, 'data', 'rows.json')
  writeWhole(file, 'one')
  writeWhole(file, 'two')
  expect(readFileSync(file, 'utf8')).toBe('two')
  expect(readdirSync(join(folder, 'data'))).toEqual(['rows.json'])
})

test('a row is a line, of six figures, and is read as it was written', () => {
  const row = {
    name: 'a "quoted" name',
    date: '2020-02-02',
    measured: [{ engine: 'lanewise', rounds: [1.23456789], ms: 1 / 3 }],
  }
  const data = { compared: { rows: [row, { ...row, name: 'b' }] } }
  const file = join(folder, 'data.json')
  writeWhole(file, text(data))
  expect(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"name"')),
  ).toHaveLength(2)
  const measured = [{ engine: 'lanewise', rounds: [1.23457], ms: 0.333333 }]
  expect(readData(file)).toEqual({
    compared: {
      rows: [
        { ...row, measured },
        { ...row, name: 'b', measured },
      ],
    },
  })
  expect(readData(join(folder, 'no.json'))).toBeUndefined()
})

test('the fingerprint is that of the JavaScript and the wasm', () => {
  const built = join(folder, 'built')
  const of = () => fingerprint([pathToFileURL(`${built}/`)])
  writeWhole(join(built, 'deep', 'a.js'), 'one')
  const one = of()
  expect(one).toMatch(/^[0-9a-f]{12}$/)
  writeFileSync(join(built, 'a.d.ts'), 'types')
  expect(of()).toBe(one)
  writeFileSync(join(built, 'deep', 'a.js'), '/** What it\n * is. */\n// Why.\none')
  expect(of()).toBe(one)
  writeFileSync(join(built, 'deep', 'a.js'), 'two')
  const two = of()
  expect(two).not.toBe(one)
  writeFileSync(join(built, 'a.wasm'), 'three')
  expect(of()).not.toBe(two)
})

test('what is built here has a fingerprint', () => {
  expect(fingerprint()).toMatch(/^[0-9a-f]{12}$/)
  expect(fingerprint()).toBe(fingerprint())
})
