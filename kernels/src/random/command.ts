import { family } from '../runtime/command.ts'

/** Elements in one work item of the random kernels, as of the element-wise ones. */
export const RANDOM_BLOCK = 1024

/** Bytes of the state that draws read: two words of a seed, and a count in two words. The lower word comes first. */
export const RANDOM_STATE_BYTES = 16

/**
 * y[i] for i in [0, n): random numbers that depend on nothing but the state, `stream` (below 2^27) and i, so that any thread can draw any part.
 * a and b are in two parts each, `a` + `aLow`, of which the kernels of float32 use the first.
 *
 * - random_uniform_f32: a + b u, u one of the 2^24 multiples of 2^-24 in [0, 1)
 * - random_uniform_i32: the whole part of a + b u, in double precision, u one of the 2^32 multiples of 2^-32 in [0, 1)
 * - random_normal_f32: of mean a and standard deviation b; up to 6.7 deviations from the mean
 * - random_truncated_f32: likewise, with what lies further than 2 deviations from the mean drawn anew
 */
export const random = family(
  'Random',
  ['random_uniform_f32', 'random_uniform_i32', 'random_normal_f32', 'random_truncated_f32'],
  { state: 'ptr', y: 'out', n: 'size', stream: 'size', a: 'f32', b: 'f32', aLow: 'f32', bLow: 'f32' },
  (_, kernel) => (kernel === 'random_truncated_f32' ? 9 : 2) * RANDOM_BLOCK,
)

/** Counts a state up, so that every draw gives other numbers from then on. There is one item. */
export const randomAdvance = family('RandomAdvance', ['random_advance'], { state: 'out' }, () => 1)
