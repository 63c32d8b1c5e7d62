import { whyNotWide } from '@lanewise/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { wantedWide } from './configure.ts'
import { configure, info } from './index.ts'

describe('configure', () => {
  afterEach(() => {
    configure({ fallback: 'silent' })
    vi.restoreAllMocks()
  })

  // In order: once the backend is in use, some options are fixed.
  it.each([
    [{ threds: 2 }, "there is no option 'threds'; there are fallback, wide, threads, winograd, accelerate, seed"],
    [{ toString: 1 }, "there is no option 'toString'"],
    [{ fallback: 'loud' }, "fallback is 'loud'; it may be 'silent', 'warn' or 'error'"],
    [{ winograd: 'on' }, "winograd is 'on'; it may be true or false"],
    [{ wide: 1 }, 'wide is 1; it may be true or false'],
    [{ seed: -1 }, 'seed is -1; it may be a whole number, 0 to 2^53 - 1'],
    [{ seed: 0.5 }, 'seed is 0.5'],
    [{ seed: 2 ** 53 }, 'seed is 9007199254740992'],
    [{ seed: Number.NaN }, 'seed is NaN'],
    [{ seed: '1' }, "seed is '1'"],
    [{ seed: null }, 'seed is null'],
    [{ threads: 0 }, "threads is 0; it may be 'auto' or a whole number, 1 to 256"],
    [{ threads: 257 }, 'threads is 257'],
    [{ threads: 1.5 }, 'threads is 1.5'],
    [{ threads: 'all' }, "threads is 'all'"],
    [{ threads: '2' }, "threads is '2'"],
    [{ threads: null }, 'threads is null'],
    [[], 'takes an object of options, not []'],
    ['wide', "takes an object of options, not 'wide'"],
    [undefined, 'takes an object of options, not undefined'],
  ])('%j is refused, naming the option', (options, message) => {
    expect(() => configure(options as never)).toThrow(message)
  })

  it('sets nothing when one option is wrong', () => {
    expect(() => configure({ fallback: 'warn', wide: 'yes' } as never)).toThrow('wide')
    expect(info().fallback).toBe('silent')
  })

  it('takes 0 and 1 for LANEWISE_WIDE, and names it where it is something else', async () => {
    vi.stubEnv('LANEWISE_WIDE', 'yes')
    expect(() => wantedWide()).toThrow("LANEWISE_WIDE is 'yes'; it may be 0 or 1")
    for (const [text, wide] of [
      ['1', true],
      ['0', false],
      ['', false],
    ] as const) {
      vi.stubEnv('LANEWISE_WIDE', text)
      expect(wantedWide()).toBe(wide)
    }
    vi.unstubAllEnvs()
  })

  it('reads the environment on Deno only where that is permitted, for Deno would ask its user', () => {
    vi.stubEnv('LANEWISE_THREADS', '3')
    expect(info().threads).toBe(3)
    let state = 'prompt'
    vi.stubGlobal('Deno', { permissions: { querySync: () => ({ state }) } })
    vi.stubEnv('LANEWISE_THREADS', '2')
    expect(info().threads).toBe(1)
    state = 'granted'
    expect(info().threads).toBe(2)
    vi.unstubAllGlobals()
    vi.unstubAllEnvs()
  })

  it('takes wide and threads before first use, and says what has no effect', async () => {
    expect(info()).toMatchObject({ ready: false, memory: { bytesInUse: 0, bytesReserved: 0 }, notes: [] })
    configure({ wide: true, threads: 4 })
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect(await tf.setBackend('lanewise')).toBe(true)
    const why = whyNotWide()
    const notes = why === undefined ? [] : [`wide: true has no effect: ${why}`]
    expect(warn.mock.calls).toEqual(notes.map((note) => [`lanewise: ${note}`]))
    expect(info()).toMatchObject({ ready: true, wide: why === undefined, threads: 4, environment: 'node', notes })
  })

  it('refuses them once the backend is in use, and still takes fallback', () => {
    expect(() => configure({ wide: false })).toThrow('wide can not change once the backend is in use')
    expect(() => configure({ threads: 2 })).toThrow('threads can not change')
    configure({ wide: true, threads: 4, fallback: 'warn' })
    expect(info().fallback).toBe('warn')
  })
})

it('setBackend answers false where the wasm build does not run, says why, and works the next time', async () => {
  tf.engine().reset()
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.stubEnv('LANEWISE_VARIANT', 'mmx')
  expect(await tf.setBackend('lanewise')).toBe(false)
  expect(String(warn.mock.calls)).toContain("variant: 'mmx' does not run on this engine; it runs")
  expect(info().ready).toBe(false)
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  expect(await tf.setBackend('lanewise')).toBe(true)
  expect(info().ready).toBe(true)
})
