import { readFile, writeFile } from 'node:fs/promises'
import type { ModelName, Observed } from './procedure.ts'

/** What a number may be off from the reference's, relative to the reference where that is above 1, else absolute. */
export const TOLERANCE = 2e-6

export type Reference = Record<ModelName, Observed>

const file = new URL('reference.json', import.meta.url)

export async function readReference(): Promise<Reference> {
  return JSON.parse(await readFile(file, 'utf8'))
}

export async function writeReference(reference: Reference): Promise<void> {
  const rounded = JSON.stringify(reference, (_, value) =>
    typeof value === 'number' ? Number(value.toPrecision(9)) : value,
  )
  // A line for each row of numbers.
  await writeFile(file, `${rounded.replaceAll(/"(?=[^"]*":[[{])/g, '\n"')}\n`)
}

export interface Difference {
  value: number
  /** Where the largest one is. */
  at: string
}

/** The largest difference, NaN where a number is missing or not finite. */
export function largestDifference(observed: Reference, reference: Reference): Difference {
  let largest: Difference = { value: 0, at: 'nowhere' }
  for (const [model, rows] of Object.entries(reference))
    for (const [row, expected] of Object.entries(rows)) {
      const actual = observed[model as ModelName]?.[row] ?? []
      const what = `${model}, ${row}`
      if (actual.length !== expected.length)
        return { value: Number.NaN, at: `${what}: ${actual.length} numbers, not ${expected.length}` }
      for (const [i, e] of expected.entries()) {
        const value = Math.abs(actual[i] - e) / Math.max(Math.abs(e), 1)
        // JSON has null for NaN and infinities.
        if (!Number.isFinite(actual[i])) return { value: Number.NaN, at: `${what}[${i}]: not finite` }
        if (value > largest.value) largest = { value, at: `${what}[${i}]` }
      }
    }
  return largest
}
