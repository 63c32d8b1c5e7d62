import './generated/core_extras.ts'
import './register.ts'

export { OutOfMemoryError } from '@lanewise/kernels'
export type { LanewiseBackend } from './backend.ts'
export { configure, type FallbackMode, type Options } from './configure.ts'
export { type Info, info } from './info.ts'
export { type KernelCall, type NativeKernel, nativeKernel } from './kernels/native.ts'
