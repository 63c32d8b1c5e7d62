import { availableCores, createTestedRuntime, type Variant } from '@lanewise/kernels'
import { engine, getKernelsForBackend, registerBackend, registerKernel } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { LanewiseBackend } from './backend.ts'
import { acceleratesByItself, environment, fixOptions, wantedThreads, wantedWide, warnOfNotes } from './configure.ts'
import { fallback } from './fallback.ts'
import { registerGradients } from './gradients.ts'
import { nativeKernels } from './kernels/index.ts'

/** Above the stock backends: whoever imports this one wants it. */
const PRIORITY = 4

/** The backend, once `tf.setBackend` has made it. */
export function current(): LanewiseBackend | undefined {
  return engine().registry['lanewise'] as LanewiseBackend | undefined
}

/** The wasm build that LANEWISE_VARIANT asks for, for tests. */
export function forcedVariant(): Variant | undefined {
  return environment('LANEWISE_VARIANT') as Variant | undefined
}

async function createBackend(): Promise<LanewiseBackend> {
  fixOptions()
  registerGradients()
  const wanted = wantedThreads()
  // Throws where the environment asks for what there is not.
  acceleratesByItself()
  const threads = wanted === 'auto' ? await availableCores() : wanted
  const { rt, obstacle } = await createTestedRuntime({ variant: forcedVariant(), threads, wide: wantedWide() })
  warnOfNotes(obstacle)
  if (wanted !== 'auto' && rt.threadsReason !== undefined)
    console.warn(`lanewise: one thread computes, not ${wanted}: ${rt.threadsReason}`)
  return new LanewiseBackend(rt)
}

registerBackend('lanewise', createBackend, PRIORITY)
for (const { config } of nativeKernels) registerKernel(config)
const native = new Set(nativeKernels.map(({ name }) => name))
for (const { kernelName, kernelFunc } of getKernelsForBackend('cpu')) {
  if (native.has(kernelName)) continue
  const served = fallback(kernelName, 'there is no SIMD kernel yet', kernelFunc)
  registerKernel({ kernelName, backendName: 'lanewise', kernelFunc: served })
}
