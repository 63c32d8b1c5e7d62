import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Data } from './results.ts'

/** Writes a file that others, and whoever interrupts this, see whole: as it was or as it is to be. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  const written = `${file}.${process.pid}`
  writeFileSync(written, text)
  renameSync(written, file)
}

/** As JSON, a line for each row of a table. */
export function text(value: unknown): string {
  const rows: string[] = []
  const outline = JSON.stringify(
    value,
    (_, item) => {
      if (item?.measured === undefined) return rounded(_, item)
      return `row ${rows.push(JSON.stringify(item, rounded)) - 1}`
    },
    2,
  )
  return `${outline.replace(/"row (\d+)"/g, (_, index) => rows[index])}\n`
}

/** No clock is as exact as a float64. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value
}

export function readData(file: string): Data | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Data) : undefined
}

/** A file .bench/<time>.json for one run, written anew with each row. */
export function journal(): (results: unknown) => string {
  const file = `.bench/${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`
  return (results) => {
    writeWhole(file, text(results))
    return file
  }
}
