process.env.LANEWISE_THREADS = '2'
const { testCapture } = await import('./capture.testing.ts')

testCapture()

export {}
