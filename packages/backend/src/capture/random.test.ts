import { testRandom } from './random.testing.ts'

testRandom()
