import { example as digits } from '../../../packages/cnn/examples/digits.ts'
import type { Example } from '../terminal/index.ts'

/** What `npm start` runs, in this order. */
export const examples: readonly Example[] = [digits]
