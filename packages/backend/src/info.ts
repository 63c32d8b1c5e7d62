import { supportedVariants, supportsSharedMemory, type Variant } from '@lanewise/kernels'
import { getKernelsForBackend } from '@tensorflow/tfjs-core'
import { acceleratesByItself, config, notes, wantedThreads } from './configure.ts'
import { nativeKernels } from './kernels/index.ts'
import { current, forcedVariant } from './register.ts'

/** What `info` tells. */
export interface Info {
  /** True once `tf.setBackend('lanewise')` has made the backend; before that, the rest says what it would be. */
  ready: boolean
  /** The wasm build: `relaxed` (relaxed SIMD, with fused multiply-add) or `simd`. Undefined where the engine has no SIMD. */
  variant: Variant | undefined
  environment: 'node' | 'browser'
  /** Whether the wasm memory is shared, as threads need it. */
  shared: boolean
  /** Threads that compute, the calling one included; before the backend is ready, what is asked for. */
  threads: number | 'auto'
  /** Whether the kernels run in 256-bit operations; where they should and do not, `notes` says why. */
  wide: boolean
  fallback: 'silent' | 'warn' | 'error'
  /** Whether convolutions 3x3 of stride 1, and from 4x4 to 8x8 of stride 2, may be computed by Winograd's method. */
  winograd: boolean
  /** Whether models that the packages build replay captured steps by themselves; `acceleration(model)` says what one does. */
  accelerate: boolean
  /** Bytes of wasm memory. JavaScript arrays that no SIMD kernel has asked for are not among them. */
  memory: { bytesInUse: number; bytesReserved: number; bytesLimit: number }
  /** Names of TensorFlow.js kernels: on SIMD kernels for the types they cover, and always served by backend-cpu's functions. */
  kernels: { native: string[]; fallback: string[] }
  /** What was configured and has no effect, and why. */
  notes: string[]
}

/** What the backend runs on and how it is set. */
export function info(): Info {
  const rt = current()?.home
  const native = nativeKernels.map(({ name }) => name).sort()
  const names = new Set(native)
  return {
    ready: rt !== undefined,
    variant: rt?.variant ?? forcedVariant() ?? supportedVariants()[0],
    environment: isNode() ? 'node' : 'browser',
    shared: rt?.shared ?? supportsSharedMemory(),
    threads: rt?.threads ?? wantedThreads(),
    wide: rt?.wide ?? false,
    fallback: config.fallback,
    winograd: config.winograd,
    accelerate: acceleratesByItself(),
    memory: {
      bytesInUse: rt?.heap.inUse ?? 0,
      bytesReserved: rt?.i32.byteLength ?? 0,
      bytesLimit: rt?.heap.limit ?? 0,
    },
    kernels: {
      native,
      fallback: getKernelsForBackend('cpu')
        .map(({ kernelName }) => kernelName)
        .filter((name) => !names.has(name))
        .sort(),
    },
    notes: rt?.threadsReason === undefined ? notes() : [...notes(), `one thread computes: ${rt.threadsReason}`],
  }
}

function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } }
  return process?.versions?.node !== undefined
}
