import { example as syllables } from '../../../packages/attention/examples/syllables.ts'
import { example as digits } from '../../../packages/cnn/examples/digits.ts'
import { example as co2 } from '../../../packages/rnn/examples/co2.ts'
import type { Example } from '../terminal/index.ts'

/** What `npm start` runs, in this order. */
export const examples: readonly Example[] = [digits, co2, syllables]
