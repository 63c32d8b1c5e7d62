import { afterEach, describe, expect, it, vi } from 'vitest'
import { createRuntime } from '../runtime/runtime.ts'
import { whyNotWide } from './engine.ts'
import { createTestedRuntime } from './wide.ts'

describe('whyNotWide', () => {
  const getBuiltinModule = () => ({ setFlagsFromString: () => {} })
  const node24 = { arch: 'x64', versions: { node: '24.21.0', v8: '13.6.233.17-node.53' }, getBuiltinModule }

  it.each([
    ['Node 24', node24, undefined],
    ['Node 26', { ...node24, versions: { node: '26.10.0', v8: '14.6.202.34-node.28' } }, undefined],
    ['Node 22', { ...node24, versions: { node: '22.23.3', v8: '12.4.254.21-node.58' } }, 'Node 22.23.3'],
    ['Node 20', { ...node24, versions: { node: '20.20.0', v8: '11.3.244.8-node.38' } }, 'Node 20.20.0'],
    ['a later Node', { ...node24, versions: { node: '28.0.0', v8: '15.2.100.1-node.1' } }, 'not tried on Node 28.0.0'],
    ['a later V8', { ...node24, versions: { node: '26.99.0', v8: '14.7.1.1-node.1' } }, 'not tried on Node 26.99.0'],
    ['arm64', { ...node24, arch: 'arm64' }, 'not on arm64'],
    ['Bun', { ...node24, versions: { ...node24.versions, bun: '1.4.5' } }, 'only Node'],
    ['Deno', { ...node24, versions: { ...node24.versions, deno: '2.9.6' } }, 'only Node'],
    ['a browser', {}, 'only Node'],
    ['a browser with a shim', { versions: {} }, 'only Node'],
    ['a process without modules', { ...node24, getBuiltinModule: () => undefined }, 'flags'],
  ])('%s', (_, process, reason) => {
    const answer = whyNotWide(process)
    if (reason === undefined) expect(answer).toBeUndefined()
    else expect(answer).toContain(reason)
  })
})

afterEach(() => void vi.unstubAllGlobals())

it('createRuntime refuses where the engine can not', async () => {
  const versions = { value: { ...process.versions, bun: '1.4.5' } }
  vi.stubGlobal('process', Object.create(process, { versions }))
  await expect(createRuntime({ wide: true })).rejects.toThrow('wide: only Node can fuse vectors')
  const { rt, obstacle } = await createTestedRuntime({ wide: true })
  expect(rt.wide).toBe(false)
  expect(obstacle).toBe('only Node can fuse vectors')
})

it.runIf(whyNotWide() === undefined)('the variant simd is never wide', async () => {
  await expect(createRuntime({ variant: 'simd', wide: true })).rejects.toThrow(
    "wide: the variant 'simd' has no kernels",
  )
  const { rt, obstacle } = await createTestedRuntime({ variant: 'simd', wide: true })
  expect(rt).toMatchObject({ variant: 'simd', wide: false })
  expect(obstacle).toContain("the variant 'simd'")
})
