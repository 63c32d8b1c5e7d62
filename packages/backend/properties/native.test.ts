import { compareNativeKernels } from './native.testing.ts'
import { sweepConvolutions } from './sweep.testing.ts'

compareNativeKernels(1)
sweepConvolutions()
