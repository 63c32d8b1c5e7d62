process.env.LANEWISE_VARIANT = 'simd'
const { compareNativeKernels } = await import('./native.testing.ts')
const { sweepConvolutions } = await import('./sweep.testing.ts')

compareNativeKernels(2)
sweepConvolutions()

export {}
