// Bundles what tfjs-core keeps outside of its main module (gradients, chained ops) into src/generated/core_extras.ts.
//
// tfjs-core publishes them only as ES modules without file extensions, which bundlers can import and Node can not. Here
// they are bundled so that all that tfjs-core exports comes from tfjs-core: engine and registries exist once.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as core from '@tensorflow/tfjs-core'
import { rolldown } from 'rolldown'

const CORE = '@tensorflow/tfjs-core'
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = dirname(fileURLToPath(import.meta.resolve(CORE)))
const entry = '\0extras'

/** Modules whose state must be tfjs-core's own, though not all of their exports are public. */
const shims: Record<string, string> = {
  'engine.js': `import { engine } from '${CORE}'; export const ENGINE = engine()`,
  'environment.js': `import { env } from '${CORE}'; export { env }; export const ENV = env()`,
  'tensor.js': `import { Tensor } from '${CORE}'; export { Tensor, TensorBuffer, Variable } from '${CORE}'; export const getGlobalTensorClass = () => Tensor`,
  'ops/ops.js': `export * from '${CORE}'`,
  'util.js': `import { util } from '${CORE}'; export const { ${Object.keys(core.util).join(', ')} } = util`,
}

/** The source of a module of tfjs-core: a re-export where tfjs-core's main module exports all that it does. */
function load(id: string): string {
  const name = relative(dist, id).split(sep).join('/')
  if (shims[name]) return shims[name]
  const source = readFileSync(id, 'utf8')
  const names = [...source.matchAll(/^export (?:const|let|function|class) (\w+)/gm)].map((match) => match[1])
  for (const list of source.matchAll(/^export \{([^}]*)\}/gm))
    names.push(...list[1].split(',').map((item) => item.trim().split(' as ').pop() as string))
  const isIn = (namespace: object) => names.length > 0 && names.every((exported) => exported in namespace)
  if (isIn(core)) return `export { ${names.join(', ')} } from '${CORE}'`
  const { backend_util, slice_util } = core
  const util = Object.entries({ backend_util, slice_util }).find(([, namespace]) => isIn(namespace))?.[0]
  return util ? `import { ${util} } from '${CORE}'; export const { ${names.join(', ')} } = ${util}` : source
}

const bundle = await rolldown({
  input: entry,
  external: [CORE],
  treeshake: { moduleSideEffects: true },
  plugins: [
    {
      name: 'tfjs-core-extras',
      resolveId(id, importer) {
        if (id === entry) return id
        if (id === CORE) return { id, external: true }
        if (importer === entry) return join(dist, id)
        if (id.startsWith('.') && importer) return `${join(dirname(importer), id).replace(/\.js$/, '')}.js`
      },
      load(id) {
        if (id !== entry) return load(id)
        return `import 'register_all_gradients.js'; import 'public/chained_ops/register_all_chained_ops.js'`
      },
    },
  ],
})
const { output } = await bundle.generate({ format: 'esm', comments: false })
const banner = `// @ts-nocheck
// Gradients and chained ops of @tensorflow/tfjs-core ${core.version_core}, bundled by build/build.ts.
// Copyright Google LLC. SPDX-License-Identifier: Apache-2.0 (licenses/Apache-2.0.txt)
`
mkdirSync(join(root, 'src/generated'), { recursive: true })
writeFileSync(join(root, 'src/generated/core_extras.ts'), banner + output[0].code)
