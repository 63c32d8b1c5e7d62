import { compareNativeKernels } from './native.testing.ts'

compareNativeKernels(4, 300)
