// For every test: what is drawn by Math.random (weights of a new model, say) is the same in each run, and in a run of that test alone.
// LANEWISE_SEED=2 draws others.
import seedrandom from 'seedrandom'
import { beforeEach } from 'vitest'

const seed = process.env.LANEWISE_SEED ?? '1'

const begin = () => {
  Math.random = seedrandom(seed)
}
begin()
beforeEach(begin)
