process.env.LANEWISE_WIDE = '1'
const { compareNativeKernels } = await import('./native.testing.ts')

compareNativeKernels(3)

export {}
