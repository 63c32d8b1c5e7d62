process.env.LANEWISE_VARIANT = 'simd'
const { testCapture } = await import('./capture.testing.ts')

testCapture()

export {}
