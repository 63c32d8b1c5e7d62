import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { useBackend } from './backend.ts'
import type { Example } from './example.ts'
import { createTerminal } from './terminal.ts'

/** Runs the example where its module is the one that Node was started with: `node digits.ts [--quick]`. */
export async function main(meta: ImportMeta, example: Example): Promise<void> {
  const entry = process.argv[1]
  if (entry === undefined || realpathSync(entry) !== fileURLToPath(meta.url)) return
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
  const terminal = createTerminal()
  await useBackend('lanewise')
  terminal.heading(`${example.name}: ${example.about}`)
  const { requirement, result, reached } = await example.run({ quick: values.quick, terminal })
  terminal.print(`\n${result}; asked: ${requirement}${values.quick ? ' (not judged in a quick run)' : ''}`)
  if (!reached && !values.quick) process.exitCode = 1
}
