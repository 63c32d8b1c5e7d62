process.env.LANEWISE_THREADS = '2'
const { testRandom } = await import('./random.testing.ts')

testRandom()

export {}
