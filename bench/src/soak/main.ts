// `npm run soak`: what `soak.test.ts` does shortly, at length, with the figures.
import { info } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import { Command } from 'commander'
import { cycleBackend } from './cycles.ts'
import { grown } from './flat.ts'
import { fillMemory } from './full.ts'
import { collectGarbage } from './garbage.ts'
import { type Sample, soakPredicts } from './predicts.ts'
import { recordings } from './recordings.ts'

new Command('npm run soak --')
  .description(
    '100,000 predicts, steps that record themselves, 2,000 set-ups, 4 GB filled: is memory flat? Takes two minutes.',
  )
  .parse()

const MB = 1 << 20
const megabytes = (bytes: number) => `${(bytes / MB).toFixed(1)} MB`
const failures: string[] = []

async function part(name: string, run: () => Promise<string[]>): Promise<void> {
  const start = performance.now()
  console.log(`\n${name}`)
  try {
    for (const failure of await run()) failures.push(`${name}: ${failure}`)
  } catch (error) {
    failures.push(`${name}: ${(error as Error).stack}`)
  }
  console.log(`  ${((performance.now() - start) / 1000).toFixed(1)} s`)
}

function show({ predicts, wasmInUse, wasmReserved, heap, tensors, dataIds }: Sample): string {
  const wasm = `${wasmInUse} bytes of wasm memory, ${megabytes(wasmReserved)} reserved`
  return `  ${predicts}: ${wasm}, JavaScript ${megabytes(heap)}, ${tensors} tensors, ${dataIds} data ids`
}

await part('100,000 predicts with random batch sizes and shapes', async () => {
  const samples = await soakPredicts(100_000, 10)
  for (const sample of samples) console.log(show(sample))
  return grown(samples, 2)
})

await part('Steps that nobody asked for', async () => {
  for (const { name, firstMs, byChance, steps } of await recordings()) {
    const first = firstMs.map((ms) => ms.toFixed(2)).join(', ')
    console.log(`  ${name}: predictions of ${first} ms, the last one recorded;`)
    console.log(`    batches by chance take ${byChance.toFixed(3)} of their eager time, ${steps} steps are held`)
  }
  return []
})

for (const [count, bytes] of [
  [1000, 4 * MB],
  [1000, 64 * MB],
  [20, 1024 * MB],
])
  await part(`${count} times set up and removed, ${megabytes(bytes)} in use`, async () => {
    const { worstMs, rssGrowth, addressSpace } = await cycleBackend(count, bytes)
    const space = addressSpace === undefined ? '' : `, address space ${(addressSpace / 2 ** 30).toFixed(0)} GB`
    console.log(`  slowest ${worstMs.toFixed(0)} ms, at most ${megabytes(rssGrowth)} more resident${space}`)
    return rssGrowth > 400 * MB + 2 * bytes ? [`${megabytes(rssGrowth)} more resident`] : []
  })

await part('4 GB full', async () => {
  const { error, inUse, inUseAfter } = await fillMemory(100 * MB, true)
  console.log(`  ${error.message}`)
  console.log(`  in use ${megabytes(inUse)}, after disposing ${megabytes(inUseAfter)}`)
  const full = process.memoryUsage().rss
  const reserved = info().memory.bytesReserved
  await tf.setBackend('cpu')
  tf.removeBackend('lanewise')
  await collectGarbage()
  // The engine unmaps what it has collected in the background.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const removed = process.memoryUsage().rss
  console.log(`  resident ${megabytes(full)}; ${megabytes(removed)} once the backend is removed`)
  return full - removed < 0.9 * reserved ? ['The memory is not given back'] : []
})

console.log(failures.length === 0 ? '\nAll is flat.' : `\n${failures.join('\n')}`)
process.exitCode = failures.length === 0 ? 0 : 1
