import { afterAll, expect, test } from 'vitest'
import { measure } from '../measure/measure.ts'
import { workloads } from '../workloads/index.ts'
import { type Remote, remoteEngine } from './family.ts'

const EFFORT = { rounds: 2, warmUpMs: 1, roundMs: 1, limitMs: 1000 }

const family: Remote[] = []
const engine = (name: Remote['name']) => {
  const remote = remoteEngine(name)
  family.push(remote)
  return remote
}
afterAll(() => {
  for (const remote of family) remote.stop()
})

const named = (wanted: string) => workloads.find(({ name }) => name === wanted)!

test('engines in processes of their own run a workload in turn, and agree', async () => {
  const engines = [engine('lanewise'), engine('tfjs-wasm'), engine('onnxruntime-web'), engine('peak 128')]
  const measured = await measure(named('matmul 64x64x64'), engines, EFFORT, 'lanewise')
  expect(measured.map(({ error }) => error)).toEqual([undefined, undefined, undefined, undefined])
  for (const { rounds, ms } of measured) {
    expect(rounds).toHaveLength(2)
    expect(ms).toBeGreaterThan(0)
  }
  expect(measured[1].difference).toBeLessThan(1e-4)
  expect(measured[2].difference).toBeLessThan(1e-4)
})

test('what an engine can not run is an error of that workload, and what is not installed one of the engine', async () => {
  const [peak, wasm] = await measure(named('CNN train 32'), [engine('peak 128'), engine('tfjs-wasm')], EFFORT)
  expect(peak.ms).toBeGreaterThan(0)
  expect(wasm.error).toContain("Kernel 'Conv2DBackpropFilter' not registered")
  await expect(engine('tfjs-node').launch()).rejects.toThrow('@tensorflow/tfjs-node is not installed')
})

test('a process that ends is an error of the workload that it was at, and the next one gets another', async () => {
  const lanewise = engine('lanewise')
  await lanewise.launch()
  const prepared = await lanewise.prepare(named('matmul 64x64x64'))
  const waiting = prepared.repeat!(10_000)
  lanewise.stop()
  await expect(waiting).rejects.toThrow('lanewise ended (SIGKILL)')
  await prepared.dispose()
  const [again] = await measure(named('matmul 64x64x64'), [lanewise], EFFORT)
  expect(again.ms).toBeGreaterThan(0)
})
