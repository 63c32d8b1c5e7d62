import { configure, info, type LanewiseBackend } from '@lanewise/backend'
import { availableCores, type Runtime, runUnary } from '@lanewise/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { Engine } from '../measure/engines.ts'
import { median } from '../measure/measure.ts'
import type { Workload } from '../measure/workload.ts'
import { useBackend } from '../terminal/index.ts'
import type { Dispatch } from './results.ts'

/** Starts the backend `lanewise` on several threads: as LANEWISE_THREADS says, else on the cores that this process may use, at least 2. */
export async function startThreads(): Promise<number> {
  const threads = Number(process.env.LANEWISE_THREADS) || Math.max(2, await availableCores())
  configure({ threads })
  await useBackend('lanewise')
  if (info().threads !== threads) throw new Error(info().notes.join('; '))
  return threads
}

export function runtime(): Runtime {
  return (tf.backend() as LanewiseBackend).rt
}

/** One backend as two engines: with all of its threads, and planning and computing as with one. */
export function threadEngines(threads: number): Engine[] {
  return [threads, 1].map((count) => ({
    name: count === 1 ? '1 thread' : `${count} threads`,
    async start() {
      await useBackend('lanewise')
      runtime().threads = count
    },
    prepare: (workload: Workload) => workload.tfjs(true),
  }))
}

const BLOCK = 1024
const CALLS = 200
const ROUNDS = 201

/** How long a command takes while the threads look for work. */
export function dispatchTimes(): Dispatch {
  const rt = runtime()
  const { threads } = rt
  const size = 16 * BLOCK * threads
  const ptr = rt.heap.alloc(size * 4)
  const share = rt.share.bind(rt)
  const time = (chunks: number, n: number) => {
    rt.share = (at) => {
      rt.i32[at + 2] = chunks
      rt.i32[at + 3] = 1e9
    }
    const rounds: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const started = performance.now()
      for (let call = 0; call < CALLS; call++)
        runUnary(rt, 'exp_f32', n === 0 ? threads : n / BLOCK, { x: ptr, y: ptr, n, alpha: 0, beta: 0 })
      rounds.push(((performance.now() - started) * 1000) / CALLS)
    }
    return median(rounds)
  }
  try {
    time(threads, size)
    return { empty: time(threads, 0), shared: time(threads, size), alone: time(1, size) }
  } finally {
    rt.share = share
    rt.heap.free(ptr)
  }
}
