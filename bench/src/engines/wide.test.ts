// V8's pass for wide mode ends the process where it fails. Here that is a process of its own.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { NEEDED } from '../../../kernels/src/wide/engine.ts'
import { nodeFromNpm } from './engines.ts'
import { root, run } from './packed.ts'

const INSTALL_TIMEOUT = 240_000

describe.runIf(process.arch === 'x64')('the pass for wide mode compiles all kernels', () => {
  test.each([24, 26])(
    'on Node %d',
    async (major) => {
      const node = await nodeFromNpm(major)
      for (const variant of ['simd', 'relaxed']) {
        const file = join(root, `kernels/src/generated/${variant}.wasm`)
        const program = `new WebAssembly.Module(fs.readFileSync(${JSON.stringify(file)})); console.log('compiled')`
        const { stdout } = await run(node, [...NEEDED, '-e', program])
        expect(stdout).toBe('compiled\n')
      }
    },
    INSTALL_TIMEOUT,
  )
})
