import '@lanewise/backend'
import '@tensorflow/tfjs-backend-wasm'
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
    start: () => useBackend(backend),
    prepare: (workload) => workload.tfjs(backend === 'lanewise'),
  }
}

/** The columns of every table; another engine is another row here. */
export const engines: readonly Engine[] = [tfjs('lanewise', 'lanewise'), tfjs('wasm', 'wasm'), tfjs('cpu', 'cpu')]
