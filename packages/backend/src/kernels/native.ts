import {
  getKernel,
  type KernelConfig,
  type KernelFunc,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { withInputName } from '../data.ts'
import { serve } from '../fallback.ts'
import { show } from '../show.ts'

/** A call of a kernel as TensorFlow.js makes it. */
export interface KernelCall<Inputs, Attrs> {
  /** tfjs-core types every input as possibly undefined; only those marked optional are. */
  inputs: { [Name in keyof Inputs]: NonNullable<Inputs[Name]> }
  attrs: Attrs
  backend: LanewiseBackend
}

/** A kernel that `tf.registerKernel(kernel.config)` registers. */
export interface NativeKernel {
  readonly name: string
  /** Why the SIMD kernel does not cover such a call, or undefined when it does. Reads no data of the inputs. */
  accepts(call: Pick<KernelCall<unknown, unknown>, 'inputs' | 'attrs'>): string | undefined
  /** The kernel as tfjs-core registers it. */
  readonly config: KernelConfig
}

/**
 * A TensorFlow.js kernel on SIMD kernels.
 *
 * `accepts` returns why the SIMD kernel does not cover a call (a dtype, a rank), or undefined when it does; calls that are
 * refused go to backend-cpu's kernel. `run` may throw: what it made by `output` and `workspace` is then given back.
 */
export function nativeKernel<Inputs = NamedTensorInfoMap, Attrs = NamedAttrMap>(
  name: string,
  kernel: {
    accepts?(call: KernelCall<Inputs, Attrs>): string | undefined
    run(call: KernelCall<Inputs, Attrs>): TensorInfo | TensorInfo[]
  },
): NativeKernel {
  if (typeof name !== 'string' || name === '')
    throw new TypeError(`nativeKernel: name: ${show(name)} is not a string with content`)
  const { accepts, run } = kernel ?? {}
  if (typeof run !== 'function') throw new TypeError(`nativeKernel: run: expected a function, got ${show(run)}`)
  if (accepts !== undefined && typeof accepts !== 'function')
    throw new TypeError(`nativeKernel: accepts: expected a function, got ${show(accepts)}`)
  const cpu = getKernel(name, 'cpu')?.kernelFunc
  const kernelFunc = (args: KernelCall<Inputs, Attrs>): TensorInfo | TensorInfo[] => {
    const { backend } = args
    backend.trace?.enter(name)
    if (backend.isHosting && cpu !== undefined) return backend.runHosted(cpu, args as never)
    const reason = accepts === undefined ? undefined : accepts(args)
    if (reason !== undefined) return serve(name, reason, cpu, args as never)
    try {
      return backend.runNative(run, args)
    } catch (error) {
      throw withInputName(error, name, args.inputs, backend)
    }
  }
  return {
    name,
    accepts: (call) => accepts?.(call as never),
    config: { kernelName: name, backendName: 'lanewise', kernelFunc: kernelFunc as unknown as KernelFunc },
  }
}

/** For `accepts`: undefined when all these inputs have that type, else a reason that names the first that has not. */
export function requireDtype(dtype: string, inputs: object): string | undefined {
  for (const name in inputs) {
    const info = (inputs as Record<string, TensorInfo | undefined>)[name]
    if (info != null && info.dtype !== dtype) return `${name} is ${info.dtype}, not ${dtype}`
  }
  return undefined
}
