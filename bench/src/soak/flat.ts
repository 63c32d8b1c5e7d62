import type { Sample } from './predicts.ts'

/** What the JavaScript heap may gain between samples without being said to grow: code and feedback of the engine. */
const NOISE = 1 << 20

/** What grew, of the samples after the first `warmUp`; an empty list where nothing did. */
export function grown(samples: Sample[], warmUp: number): string[] {
  const later = samples.slice(warmUp)
  const { predicts: from, ...first } = later[0]
  const { predicts: to, ...last } = later[later.length - 1]
  return Object.keys(first)
    .map((name) => name as keyof typeof first)
    .filter((name) => last[name] - first[name] > (name === 'heap' ? NOISE : 0))
    .map((name) => `${name}: ${first[name]} after ${from} predicts, ${last[name]} after ${to}`)
}
