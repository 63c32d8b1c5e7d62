process.env.LANEWISE_WIDE = '1'
const { compareNativeKernels } = await import('./native.testing.ts')
const { sweepConvolutions } = await import('./sweep.testing.ts')

compareNativeKernels(3)
sweepConvolutions()

export {}
