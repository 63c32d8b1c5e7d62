// Runs tfjs-core's tests and prints one line of JSON: a Summary.
import { jasmineEnv } from './boot.ts'
import '@tensorflow/tfjs-core/dist/tests.js'
import { ready, setBackend } from '@tensorflow/tfjs-core'
import { info } from '../src/index.ts'
import type { Summary } from './conformance.ts'

await setBackend('lanewise')
await ready()
const { variant, shared, threads, wide } = info()
const summary: Summary = {
  variant,
  shared,
  threads: Number(threads),
  wide,
  passed: 0,
  pending: 0,
  failed: [],
  seconds: 0,
}
const filter = process.argv[2] ?? ''
jasmineEnv.configure({ random: false, specFilter: (spec) => spec.getFullName().includes(filter) })
jasmineEnv.addReporter({
  specDone({ status, fullName, failedExpectations }) {
    if (status === 'passed') summary.passed++
    else if (status === 'failed') summary.failed.push(`${fullName}: ${failedExpectations[0]?.message}`)
    else if (status === 'pending') summary.pending++
  },
  suiteDone({ fullName, failedExpectations }) {
    for (const { message } of failedExpectations) summary.failed.push(`${fullName}: ${message}`)
  },
})
const start = performance.now()
await jasmineEnv.execute()
summary.seconds = (performance.now() - start) / 1000
process.stdout.write(`\n${JSON.stringify(summary)}\n`, () => process.exit(0))
