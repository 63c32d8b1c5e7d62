// What threads would be worth on more cores than there are.
import type { Runtime } from '@lanewise/kernels'
import type { Prepared, Workload } from '../measure/workload.ts'
import { useBackend } from '../terminal/index.ts'
import { runtime } from './threadEngines.ts'

/** One command of a run: how long each of its chunks takes. */
type Chunks = number[]

const SIMULATED = [1, 2, 4, 8, 16, 32, 64]
const WARM_UPS = 5
const RUNS = 40
/** Microseconds that a shared command costs its caller, and that taking a chunk keeps all others from taking one. */
const DISPATCH_US = 1
const TAKE_US = 0.1

/**
 * How many times as fast a workload would be on so many cores. For each number of threads it is planned anew, and run on one core
 * chunk by chunk; of each chunk the best time of some runs counts. In the simulation whoever is free takes the next chunk.
 */
export async function simulate(workload: Workload): Promise<number[]> {
  await useBackend('lanewise')
  const rt = runtime()
  const before = rt.threads
  try {
    const computing: number[] = []
    const alone: number[] = []
    const between: number[] = []
    for (const threads of SIMULATED) {
      rt.threads = threads
      // Anew for each number: a captured step keeps the plan that it was captured with.
      const prepared = await workload.tfjs(true)
      try {
        const times = await chunkTimes(rt, prepared)
        computing.push(times.commands.reduce((sum, chunks) => sum + makespan(chunks, threads), 0))
        alone.push(times.commands.flat().reduce((sum, time) => sum + time, 0))
        between.push(times.between)
      } finally {
        prepared.dispose()
      }
    }
    // Whatever plan was the fastest on one core, so that a disturbed measurement does not pass for a gain.
    const one = Math.min(...alone)
    const javascript = Math.min(...between)
    return computing.map((time) => (one + javascript) / (time + javascript))
  } finally {
    rt.threads = before
  }
}

/** The best times of each command's chunks, and of the JavaScript between commands, in microseconds. */
async function chunkTimes(rt: Runtime, prepared: Prepared): Promise<{ commands: Chunks[]; between: number }> {
  const runs: { commands: Chunks[]; between: number }[] = []
  for (let run = 0; run < WARM_UPS + RUNS; run++) {
    const commands: Chunks[] = []
    const [end, runTape] = [rt.end.bind(rt), rt.runTape.bind(rt)]
    rt.end = (at) => {
      commands.push(timeChunks(rt, at))
    }
    rt.runTape = (list, count) => {
      for (const address of rt.i32.subarray(list >>> 2, (list >>> 2) + count)) rt.end(address >>> 2)
    }
    const started = performance.now()
    try {
      await prepared.run()
    } finally {
      rt.end = end
      rt.runTape = runTape
    }
    const all = (performance.now() - started) * 1000
    const between = all - commands.flat().reduce((sum, time) => sum + time, 0)
    // The first runs pack weights and capture steps, too.
    if (run >= WARM_UPS) runs.push({ commands, between })
  }
  const best = (of: (run: (typeof runs)[number]) => number) => Math.min(...runs.map(of))
  return {
    commands: runs[0].commands.map((chunks, i) => chunks.map((_, j) => best(({ commands }) => commands[i][j]))),
    between: best((run) => run.between),
  }
}

function timeChunks(rt: Runtime, at: number): Chunks {
  const items = rt.i32[at + 1]
  const chunks = rt.i32[at + 2]
  const times: Chunks = []
  for (let chunk = chunks - 1; chunk >= 0; chunk--) {
    const started = performance.now()
    rt.range(at, Math.floor((items * chunk) / chunks), Math.floor((items * (chunk + 1)) / chunks))
    times.push((performance.now() - started) * 1000)
  }
  return times
}

/** When the last of the chunks is finished; they are taken one after the other, each by the first thread that is free. */
function makespan(chunks: Chunks, threads: number): number {
  if (chunks.length === 1) return chunks[0]
  const free = new Array<number>(Math.min(threads, chunks.length)).fill(DISPATCH_US)
  let taken = 0
  for (const time of chunks) {
    const first = free.indexOf(Math.min(...free))
    taken = Math.max(taken + TAKE_US, free[first])
    free[first] = taken + time
  }
  return Math.max(...free)
}

export const simulationHead = ['', ...SIMULATED.map((cores) => `${cores} cores`)]
