import { compareNativeKernels } from './native.testing.ts'

compareNativeKernels(1)
