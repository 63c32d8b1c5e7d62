import { readFileSync } from 'node:fs'
import { info } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'

export interface Cycles {
  /** The slowest cycle. */
  worstMs: number
  /** The most resident memory after any cycle, above that before the first. */
  rssGrowth: number
  /** Address space in use after the last cycle; undefined where the system does not say. */
  addressSpace: number | undefined
}

/**
 * Sets up and removes the backend `lanewise` `count` times, each time using at least `bytes` of wasm memory and leaving a tensor
 * behind. Throws where a result is wrong. The backend is registered as it was, afterwards.
 */
export async function cycleBackend(count: number, bytes: number): Promise<Cycles> {
  const factory = tf.findBackendFactory('lanewise')
  if (factory === null) throw new Error('The backend lanewise is not registered')
  let worstMs = 0
  let rssGrowth = 0
  const before = process.memoryUsage().rss
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    if (!(await tf.setBackend('lanewise'))) throw new Error(`The backend did not start in cycle ${i}`)
    const left = tf.fill([Math.ceil(bytes / 4)], i)
    const [sum] = tf.tidy(() => tf.sum(tf.neg(tf.tensor([i, 1, 2]))).dataSync())
    if (sum !== -i - 3) throw new Error(`Cycle ${i} computed ${sum}`)
    if (info().memory.bytesInUse < bytes) throw new Error(`Cycle ${i} says it uses ${info().memory.bytesInUse} bytes`)
    tf.removeBackend('lanewise')
    if (info().memory.bytesInUse !== 0) throw new Error('A removed backend says it uses memory')
    left.dispose()
    tf.registerBackend('lanewise', factory, 4)
    worstMs = Math.max(worstMs, performance.now() - start)
    rssGrowth = Math.max(rssGrowth, process.memoryUsage().rss - before)
  }
  await tf.setBackend('lanewise')
  return { worstMs, rssGrowth, addressSpace: addressSpace() }
}

function addressSpace(): number | undefined {
  try {
    const [, kilobytes] = /^VmSize:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}
