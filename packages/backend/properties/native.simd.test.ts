process.env.LANEWISE_VARIANT = 'simd'
const { compareNativeKernels } = await import('./native.testing.ts')

compareNativeKernels(2)

export {}
