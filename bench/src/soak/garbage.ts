import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** Collects all garbage, also what a WeakRef has kept until the end of this turn of the event loop. */
export async function collectGarbage(): Promise<void> {
  gc()
  await new Promise((resolve) => setTimeout(resolve))
  gc()
}
