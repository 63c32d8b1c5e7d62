// What a child of the family can be: each engine in a process of its own, on one thread.
import { configure, info } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import { type Peak, peakEngine } from '../bench/peak.ts'
import type { Prepared, Workload } from '../measure/workload.ts'
import { type OnnxRuntimeName, onnxRuntime } from '../onnx/runtime.ts'
import { useBackend } from '../terminal/index.ts'

export interface ChildEngine {
  /** Resolves to the engine's version; rejects with the reason where it can not be had here. */
  start(): Promise<string>
  /** Rejects with the reason where it does not run the workload. */
  prepare(workload: Workload): Promise<Prepared>
}

function lanewise(wide: boolean): ChildEngine {
  return {
    async start() {
      configure({ wide, threads: 1 })
      await useBackend('lanewise')
      const { variant, wide: active, notes } = info()
      if (active !== wide) throw new Error(notes.join('; '))
      return `${variant}${wide ? ', 256 bits' : ''}`
    },
    prepare: (workload) => workload.tfjs(true),
  }
}

/** `lanewise`, replaying what was captured. */
const captured: ChildEngine = {
  ...lanewise(false),
  prepare(workload) {
    if (workload.captured === undefined) throw new Error('nobody captures this')
    return workload.captured()
  },
}

function stock(backend: string, load: () => Promise<unknown>): ChildEngine {
  return {
    async start() {
      try {
        await load()
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        throw code === 'ERR_MODULE_NOT_FOUND'
          ? new Error(`@tensorflow/tfjs-${backend} is not installed`)
          : new Error(message)
      }
      await useBackend(backend === 'node' ? 'tensorflow' : backend)
      return tf.version_core
    },
    prepare: (workload) => workload.tfjs(false),
  }
}

function onnx(name: OnnxRuntimeName): ChildEngine {
  return {
    async start() {
      const { version } = await onnxRuntime(name)
      // Models to convert are made on it.
      await useBackend('cpu')
      return version
    },
    async prepare(workload) {
      if (workload.onnx === undefined) throw new Error('ONNX Runtime has no such thing')
      const runtime = await onnxRuntime(name)
      const { model, output, restore = (values: Float32Array) => values, timed } = await workload.onnx()
      const session = await runtime.open(model)
      return {
        run: async () => void (await session.run({}, [timed])),
        async output() {
          const { [output]: result } = await session.run({}, [output])
          return restore(result.data as Float32Array)
        },
        dispose: () => session.dispose(),
      }
    },
  }
}

function peak(bits: Peak): ChildEngine {
  const engine = peakEngine(bits)
  return {
    async start() {
      await engine.start()
      return ''
    },
    prepare: (workload) => engine.prepare(workload),
  }
}

// No dependency: it fetches a binary when it is installed, which is not to be had everywhere.
const TFJS_NODE = '@tensorflow/tfjs-node'

/** By their names in every table. */
export const childEngines = {
  lanewise: lanewise(false),
  wide: lanewise(true),
  'tfjs-wasm': stock('wasm', () => import('@tensorflow/tfjs-backend-wasm')),
  'onnxruntime-web': onnx('onnxruntime-web'),
  'onnxruntime-node': onnx('onnxruntime-node'),
  'tfjs-cpu': stock('cpu', async () => {}),
  'tfjs-node': stock('node', () => import(TFJS_NODE)),
  captured,
  'peak 128': peak(128),
  'peak 256': peak(256),
} satisfies Record<string, ChildEngine>

export type EngineName = keyof typeof childEngines
