import { globSync, readFileSync } from 'node:fs'
import * as attention from '@lanewise/attention'
import * as backend from '@lanewise/backend'
import * as layers from '@lanewise/backend/layers'
import * as cnn from '@lanewise/cnn'
import * as kernels from '@lanewise/kernels'
import * as rnn from '@lanewise/rnn'
import { expect, it } from 'vitest'
import { calls } from './sizes.ts'

const byTheBackend = 'called by the backend alone, which sees to what it takes'
/** Functions that refuse nothing, and why. */
const excused: Record<string, string> = {
  availableCores: 'takes nothing',
  supportedVariants: 'takes nothing',
  supportsSharedMemory: 'takes nothing',
  whyNotWide: 'takes nothing',
  info: 'takes nothing',
  show: 'shows any value',
  unchecked: 'takes anything',
  OutOfMemoryError: 'an error',
  CaptureError: 'an error',
  createTestedRuntime: 'is createRuntime',
  asOptions: 'refuses what its caller is given',
  namingArguments: 'names the arguments that its caller refuses',
  binary: byTheBackend,
  pad: byTheBackend,
  fillPattern: byTheBackend,
  ViewCopy: byTheBackend,
  tileRows: byTheBackend,
  isWinograd: byTheBackend,
  winogradSize: byTheBackend,
  inputGradShape: byTheBackend,
  packedFilterLayout: byTheBackend,
  packedFilterLayout3d: byTheBackend,
  packedTransposedFilterLayout: byTheBackend,
  packedTransposedFilterLayout3d: byTheBackend,
  transformedFilterLayout: byTheBackend,
  Recorder: byTheBackend,
  Tape: byTheBackend,
}

const tests = globSync('*.test.ts', { cwd: import.meta.dirname })
  .map((file) => readFileSync(`${import.meta.dirname}/${file}`, 'utf8'))
  .join('\n')

it('every public function of every package has calls here that it refuses, or nothing to refuse', () => {
  const functions = [attention, backend, layers, cnn, kernels, rnn].flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) => (typeof value === 'function' ? [name] : [])),
  )
  // Encoders of commands: kernels/src/runtime/fields.test.ts tries each field of each.
  const untested = [...new Set(functions)].filter(
    (name) => !Object.hasOwn(calls, name) && !new RegExp(`\\b${name}\\(`).test(tests) && !/^run[A-Z]/.test(name),
  )
  expect(untested.filter((name) => !Object.hasOwn(excused, name))).toEqual([])
})
