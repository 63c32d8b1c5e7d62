import '@lanewise/backend'
import { createTestedRuntime } from '@lanewise/kernels'
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { LanewiseBackend } from '../../../packages/backend/src/backend.ts'
import { useBackend } from '../terminal/index.ts'
import type { Named, Prepared, Workload } from './workload.ts'

/** Something that runs workloads of type W. */
export interface Engine<W extends Named = Workload> {
  name: string
  /** Rejects with the reason where the engine can not be had here. */
  start(): Promise<void>
  prepare(workload: W): Promise<Prepared>
}

function tfjs(name: string, backend: string): Engine {
  return {
    name,
    start() {
      if (ordinary !== undefined) tf.engine().registry.lanewise = ordinary
      return useBackend(backend)
    },
    prepare: (workload) => workload.tfjs(backend === 'lanewise'),
  }
}

/** `lanewise` in 256-bit operations: another backend, which takes the place of the first while it runs. */
export const wideEngine: Engine = {
  name: 'wide',
  async start() {
    await useBackend('lanewise')
    const { registry } = tf.engine()
    ordinary ??= registry.lanewise as LanewiseBackend
    wide ??= await makeWide()
    registry.lanewise = wide
    await useBackend('lanewise')
  },
  prepare: (workload) => workload.tfjs(true),
}
let ordinary: LanewiseBackend | undefined
let wide: LanewiseBackend | undefined

async function makeWide(): Promise<LanewiseBackend> {
  const { rt, obstacle } = await createTestedRuntime({ wide: true })
  if (obstacle === undefined) return new LanewiseBackend(rt)
  rt.dispose()
  throw new Error(obstacle)
}

/** The columns of every table; another engine is another row here. */
export const engines: readonly Engine[] = [tfjs('lanewise', 'lanewise'), tfjs('wasm', 'wasm'), tfjs('cpu', 'cpu')]
