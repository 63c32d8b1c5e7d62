import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

/** Collects all garbage, also what a WeakRef has kept until the end of this turn of the event loop. */
export async function collectGarbage(): Promise<void> {
  gc()
  await new Promise((resolve) => setTimeout(resolve))
  gc()
}

/** Bytes of JavaScript objects and array buffers. Compiled code is not among them, which comes and goes as it likes. */
export function bytesOfObjects(): number {
  const objects = getHeapSpaceStatistics().filter(({ space_name }) =>
    /^(old|new|large_object|new_large_object)_space/.test(space_name),
  )
  return objects.reduce((sum, { space_used_size }) => sum + space_used_size, process.memoryUsage().arrayBuffers)
}
