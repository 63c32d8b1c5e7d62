import type { InferenceSession, Tensor } from 'onnxruntime-web'

export type OnnxRuntimeName = 'onnxruntime-web' | 'onnxruntime-node'

export interface OnnxSession {
  /**
   * One run. Inputs that the model itself holds need not be given; `outputs` names those to compute, all where it is absent.
   */
  run(inputs?: Record<string, Tensor>, outputs?: readonly string[]): Promise<Record<string, Tensor>>
  dispose(): Promise<void>
}

export interface OnnxRuntime {
  readonly version: string
  tensor(values: Float32Array, shape: readonly number[]): Tensor
  open(model: Uint8Array): Promise<OnnxSession>
}

type Module = typeof import('onnxruntime-web')

const started = new Map<OnnxRuntimeName, { threads: number; runtime: Promise<OnnxRuntime> }>()

/**
 * ONNX Runtime on so many threads, which are the same for all of a process. Rejects with the reason where it is not installed or does not start.
 */
export function onnxRuntime(name: OnnxRuntimeName, threads = 1): Promise<OnnxRuntime> {
  const before = started.get(name)
  if (before === undefined) {
    const runtime = start(name, threads)
    started.set(name, { threads, runtime })
    return runtime
  }
  if (before.threads !== threads)
    return Promise.reject(
      new Error(`onnxRuntime: threads: ${name} has ${before.threads} in this process, and can not have ${threads}`),
    )
  return before.runtime
}

async function start(name: OnnxRuntimeName, threads: number): Promise<OnnxRuntime> {
  const ort = await load(name)
  if (name === 'onnxruntime-web') ort.env.wasm.numThreads = threads
  const version = ort.env.versions[name === 'onnxruntime-web' ? 'web' : 'node'] ?? ort.env.versions.common
  const options: InferenceSession.SessionOptions = {
    executionProviders: [name === 'onnxruntime-web' ? 'wasm' : 'cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }
  return {
    version,
    tensor: (values, shape) => new ort.Tensor('float32', values, shape),
    async open(model) {
      const session = await ort.InferenceSession.create(model, options)
      const all = session.outputNames
      return {
        run: (inputs = {}, outputs = all) => session.run(inputs, outputs) as Promise<Record<string, Tensor>>,
        dispose: () => session.release(),
      }
    },
  }
}

async function load(name: OnnxRuntimeName): Promise<Module> {
  try {
    return name === 'onnxruntime-web' ? await import('onnxruntime-web') : ((await import(name)) as Module)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(code === 'ERR_MODULE_NOT_FOUND' ? `${name} is not installed` : `${name} does not start: ${message}`)
  }
}
