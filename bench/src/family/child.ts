// A process of the family: `node child.ts <engine>` does what its parent asks, one thing at a time, and is idle in between.
import { repeat } from '../measure/measure.ts'
import type { Prepared } from '../measure/workload.ts'
import { allWorkloads } from '../workloads/index.ts'
import { childEngines, type EngineName } from './engines.ts'

export type Request =
  | { ask: 'start' }
  | { ask: 'prepare'; workload: string }
  | { ask: 'output' }
  | { ask: 'repeat'; ms: number }
  | { ask: 'dispose' }

export type Answer = { value: unknown } | { error: string }

const engine = childEngines[process.argv[2] as EngineName]
let prepared: Prepared | undefined

async function answer(request: Request): Promise<unknown> {
  switch (request.ask) {
    case 'start':
      return engine.start()
    case 'prepare': {
      const workload = allWorkloads.find(({ name }) => name === request.workload)
      if (workload === undefined) throw new Error(`there is no workload '${request.workload}'`)
      prepared = await engine.prepare(workload)
      return prepared.output !== undefined
    }
    case 'output':
      return Float32Array.from(await prepared!.output!())
    case 'repeat': {
      const { run } = prepared!
      return repeat(run, request.ms)
    }
    case 'dispose':
      await prepared?.dispose()
      prepared = undefined
  }
}

process.on('message', async (request: Request) => {
  let reply: Answer
  try {
    reply = { value: await answer(request) }
  } catch (error) {
    reply = { error: error instanceof Error ? error.message : String(error) }
  }
  process.send!(reply)
})
