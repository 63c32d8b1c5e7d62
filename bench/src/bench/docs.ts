// docs/benchmarks.json, and docs/benchmarks.md from that.
import { page } from './page.ts'
import { type Change, changed, type Data, type Hear, type Part, type Run } from './results.ts'
import { readData, text, writeWhole } from './store.ts'

const DATA = 'docs/benchmarks.json'
const PAGE = 'docs/benchmarks.md'

export const docsData = (): Data | undefined => readData(DATA)

/** Writes the page from what was measured; returns what was written. */
export function writePage(data = docsData()): string {
  if (data === undefined) throw new Error(`There is no ${DATA}; npm run bench -- --docs makes it`)
  writeWhole(PAGE, page(data))
  return PAGE
}

/** Puts each result of a part beside those that there are, and writes both files. */
export function recorder(part: Part): Hear {
  return (run: Run, change: Change) => {
    const data = changed(docsData(), part, run, change)
    writeWhole(DATA, text(data))
    writePage(data)
  }
}

export const recorded = `${DATA}, ${PAGE}`
