import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { rolldown } from 'rolldown'
import { expect, it } from 'vitest'

const page = `
  import * as tf from '@tensorflow/tfjs-core'
  import { info } from '${join(import.meta.dirname, '../src/index.ts').replaceAll('\\', '/')}'
  globalThis.result = (async () => {
    await tf.setBackend('lanewise')
    const gradient = tf.grad((x) => tf.relu(x).mul(x).sum())(tf.tensor([3, -1]))
    return JSON.stringify({ gradient: await gradient.array(), info: info() })
  })()`

it('runs from a bundle, with the globals of a page that is not cross-origin isolated', async () => {
  const build = await rolldown({
    input: 'page',
    platform: 'browser',
    logLevel: 'silent',
    resolve: { conditionNames: ['@lanewise/source', 'import', 'browser', 'default'] },
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === 'page' ? join(import.meta.dirname, 'page.js') : undefined),
        load: (id) => (id.endsWith('page.js') ? page : undefined),
      },
    ],
  })
  const { output } = await build.generate({ format: 'iife', codeSplitting: false })
  const { console, performance, atob, btoa, TextEncoder, TextDecoder, URL, WebAssembly, setTimeout } = globalThis
  const globals: Record<string, unknown> = {
    console,
    performance,
    atob,
    btoa,
    TextEncoder,
    TextDecoder,
    URL,
    WebAssembly,
  }
  Object.assign(globals, { setTimeout, crossOriginIsolated: false, requestAnimationFrame: setTimeout })
  Object.assign(globals, { window: globals, document: {}, navigator: { userAgent: '' }, location: { search: '' } })
  runInContext(output[0].code, createContext(globals))
  expect(JSON.parse((await globals.result) as string)).toMatchObject({
    gradient: [6, 0],
    info: { ready: true, environment: 'browser', shared: false },
  })
})
