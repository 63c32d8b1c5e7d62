import { kernelIds } from '@lanewise/kernels'
import {
  getKernelsForBackend,
  type KernelConfig,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../src/backend.ts'

type NumericValues = ReturnType<LanewiseBackend['values']>

interface RecordedInput {
  shape: number[]
  dtype: string
  values: NumericValues
}

/** A kernel launch. An absent input is null. */
export interface Recorded {
  kernel: string
  inputs: Record<string, RecordedInput | null>
  isList: boolean
  attrs: Record<string, unknown>
  /** The SIMD kernels that it ran. */
  simd: Set<string>
}

const simdNames = Object.keys(kernelIds)

/** Runs `fn` on the backend `lanewise`, which must be the active one, and returns its kernel launches. */
export function record(fn: () => void): Recorded[] {
  const configs = getKernelsForBackend('lanewise')
  const launches: Recorded[] = []
  replace(configs.map((config) => recording(config, launches)))
  try {
    fn()
  } finally {
    replace(configs)
  }
  return launches
}

function replace(configs: KernelConfig[]): void {
  for (const config of configs) {
    unregisterKernel(config.kernelName, config.backendName)
    registerKernel(config)
  }
}

function recording(config: KernelConfig, launches: Recorded[]): KernelConfig {
  return {
    ...config,
    kernelFunc(call) {
      const backend = call.backend as LanewiseBackend
      const given = call.inputs as unknown as Record<string, TensorInfo | null | undefined>
      const inputs: Recorded['inputs'] = {}
      for (const [name, info] of Object.entries(given))
        inputs[name] = info ? { shape: info.shape, dtype: info.dtype, values: valuesOf(backend, info) } : null
      const launch: Recorded = {
        kernel: config.kernelName,
        inputs,
        isList: Array.isArray(given),
        attrs: { ...(call.attrs as object) },
        simd: new Set(),
      }
      launches.push(launch)
      const { begin } = backend.rt
      backend.rt.begin = (id, items, words) => {
        launch.simd.add(simdNames[id])
        return begin.call(backend.rt, id, items, words)
      }
      try {
        return config.kernelFunc(call)
      } finally {
        backend.rt.begin = begin
      }
    },
  }
}

function valuesOf(backend: LanewiseBackend, info: TensorInfo): NumericValues {
  return info.dtype === 'string' || info.dtype === 'complex64' ? new Float32Array() : backend.values(info)
}
