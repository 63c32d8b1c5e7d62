import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from './backend.ts'
import type { Trace } from './capture/trace.ts'
import { config } from './configure.ts'
import { withInputName } from './data.ts'
import { checks } from './kernels/checks.ts'

/** Kernels that were spoken of in `warn` mode. */
const named = new Set<string>()

/** Serves a call with backend-cpu's kernel function, as `configure({ fallback })` says. */
export function fallback(name: string, reason: string, cpu: KernelFunc | undefined): KernelFunc {
  return (args) => serve(name, reason, cpu, args)
}

export function serve(
  name: string,
  reason: string,
  cpu: KernelFunc | undefined,
  args: Parameters<KernelFunc>[0],
): ReturnType<KernelFunc> {
  const backend = args.backend as LanewiseBackend
  if (cpu === undefined) throw new Error(`lanewise: kernel ${name} can not serve this call: ${reason}`)
  // What is the same in each replay may be computed while recording.
  if (backend.trace !== undefined && !isKnown(backend.trace, args.inputs)) backend.trace.refuseFallback(name, reason)
  // What a hosted kernel calls is part of it.
  if (!backend.isHosting) {
    if (config.fallback === 'error')
      throw new Error(`lanewise: kernel ${name} has no SIMD version here (${reason}), and fallback is 'error'`)
    if (config.fallback === 'warn' && !named.has(name)) {
      named.add(name)
      console.warn(`lanewise: kernel ${name} runs as plain JavaScript (${reason})`)
    }
  }
  checks[name]?.(name, args.inputs, args.attrs ?? {})
  try {
    return backend.runHosted(cpu, args)
  } catch (error) {
    throw withInputName(error, name, args.inputs, backend)
  }
}

function isKnown(trace: Trace, inputs: Parameters<KernelFunc>[0]['inputs']): boolean {
  const tensors = Object.values(inputs)
    .flat()
    .filter((info) => info != null) as TensorInfo[]
  return tensors.every(({ dataId }) => {
    const entry = trace.backend.data.get(dataId)
    return !entry.isRandom && trace.isKnown(entry)
  })
}
