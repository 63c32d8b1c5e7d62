// Each package as a stranger gets it: packed, installed into an empty project, run in plain Node, compiled against.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeProject, packAll, root, run, type Tarball } from './engines/packed.ts'

const INSTALL_TIMEOUT = 240_000

/** What a project installs and what it then runs; the last line that it prints is compared. */
const projects: Record<string, { installs: string[]; script: string; prints: string }> = {
  kernels: {
    installs: ['kernels'],
    script: `
      import { createRuntime, gemm } from '@lanewise/kernels'
      const rt = await createRuntime()
      const [a, b, c] = [16, 16, 16].map((bytes) => rt.heap.alloc(bytes))
      rt.f32.set([1, 2, 3, 4], a / 4)
      rt.f32.set([5, 6, 7, 8], b / 4)
      gemm(rt, { m: 2, n: 2, k: 2, a, b, c })
      console.log(String(rt.f32.slice(c / 4, c / 4 + 4)))`,
    prints: '19,22,43,50',
  },
  backend: {
    installs: ['kernels', 'backend'],
    script: `
      import { info } from '@lanewise/backend'
      import * as tf from '@tensorflow/tfjs-core'
      await tf.setBackend('lanewise')
      const w = tf.variable(tf.tensor2d([[1, 2], [3, 4]]))
      const x = tf.tensor2d([[1, 1]])
      tf.train.sgd(0.5).minimize(() => tf.sum(tf.matMul(x, w)), false, [w])
      console.log(tf.getBackend(), info().ready, String(await w.data()))`,
    prints: 'lanewise true 0.5,1.5,2.5,3.5',
  },
  cnn: {
    installs: ['kernels', 'backend', 'cnn'],
    script: model('cnn', 'convNet({ inputShape: [12, 12, 1], classes: 3, filters: [4], units: 8 })', [12, 12, 1], 3),
    prints: 'lanewise 2,3 2,3 true',
  },
  rnn: {
    installs: ['kernels', 'backend', 'rnn'],
    script: model('rnn', 'lstmNet({ inputShape: [5, 2], units: [8, 8] })', [5, 2], 1),
    prints: 'lanewise 2,1 2,1 true',
  },
  attention: {
    installs: ['kernels', 'backend', 'rnn', 'attention'],
    script: model('attention', 'attentionNet({ inputShape: [null, 6], units: 8 })', [5, 6], 1),
    prints: 'lanewise 2,1 2,1 true',
  },
}

/** A script that builds, predicts, trains one step, saves and loads, and predicts again. */
function model(name: string, build: string, inputShape: number[], outputs: number): string {
  const builder = build.slice(0, build.indexOf('('))
  const sparse = outputs > 1
  return `
    import { ${builder} } from '@lanewise/${name}'
    import * as tf from '@tensorflow/tfjs-core'
    import { loadLayersModel } from '@tensorflow/tfjs-layers'
    await tf.setBackend('lanewise')
    const model = ${build}
    const x = tf.randomNormal([2, ${inputShape}])
    const y = ${sparse ? "tf.tensor1d([0, 2], 'int32')" : 'tf.tensor2d([[1], [2]])'}
    model.compile({ optimizer: 'adam', loss: '${sparse ? 'sparse_categorical_crossentropy' : 'mean_squared_error'}' })
    const before = model.predict(x)
    const loss = await model.trainOnBatch(x, y)
    let saved
    await model.save({ save: async (artifacts) => ((saved = artifacts), { modelArtifactsInfo: { dateSaved: new Date() } }) })
    const loaded = await loadLayersModel(tf.io.fromMemory(saved))
    const same = String(loaded.predict(x)) === String(model.predict(x)) && Number.isFinite(loss)
    console.log(tf.getBackend(), String(before.shape), String(loaded.predict(x).shape), same)`
}

/** The pinned Node, and the machine's own where it is another. */
const nodes = [process.execPath]
const own = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find(existsSync)
if (own !== undefined) nodes.push(own)

/** A TypeScript user's module; what is expected to be an error tells that the types are found at all. */
const consumer = `
  import { attentionNet, multiHeadAttention } from '@lanewise/attention'
  import { configure, info, type Options, scaledDotProductAttention } from '@lanewise/backend'
  import { withKerasNames } from '@lanewise/backend/layers'
  import { convNet } from '@lanewise/cnn'
  import { createRuntime, gemm, type Runtime } from '@lanewise/kernels'
  import { lstmNet } from '@lanewise/rnn'
  import * as tf from '@tensorflow/tfjs-core'
  import type { LayersModel } from '@tensorflow/tfjs-layers'

  export const models: LayersModel[] = [convNet({ classes: 3 }), lstmNet({ units: [8] }), attentionNet({ heads: 2 })]
  export const options: Options = { fallback: 'warn' }
  export const variant: 'simd' | 'relaxed' | undefined = info().variant
  export const runtime: Promise<Runtime> = createRuntime()
  export const chained: tf.Tensor = tf.ones([2]).square().sum()
  export const others = [configure, gemm, multiHeadAttention, scaledDotProductAttention, withKerasNames]
  // @ts-expect-error
  convNet({ clases: 3 })
  // @ts-expect-error
  lstmNet({ units: 'many' })
  // @ts-expect-error
  attentionNet({ inputShape: 5 })
  // @ts-expect-error
  configure({ fallback: 'loud' })
  // @ts-expect-error
  info().varient
  // @ts-expect-error
  createRuntime({ variant: 'mmx' })
`

let work: string
let tarballs: Tarball[]

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'lanewise-pack-'))
  tarballs = await packAll(work)
}, INSTALL_TIMEOUT)

afterAll(() => rm(work, { recursive: true, force: true }))

describe('a tarball installs and works alone', () => {
  for (const [name, { installs, script, prints }] of Object.entries(projects)) {
    test(
      `@lanewise/${name}`,
      async () => {
        const cwd = join(work, `project-${name}`)
        const wanted = tarballs.filter((tarball) => installs.some((one) => tarball.name === `@lanewise/${one}`))
        await makeProject(
          cwd,
          wanted.map(({ path }) => path),
        )
        await writeFile(join(cwd, 'main.js'), script)
        for (const node of nodes) {
          const { stdout } = await run(node, ['main.js'], { cwd })
          expect(stdout.trim().split('\n').at(-1), node).toBe(prints)
        }
      },
      INSTALL_TIMEOUT,
    )
  }
})

describe('the tarballs', () => {
  let project: string

  beforeAll(async () => {
    project = join(work, 'project-all')
    await makeProject(
      project,
      tarballs.map(({ path }) => path),
    )
  }, INSTALL_TIMEOUT)

  test('hold what is built, a README and a licence, nothing that only tests need, and no native code', () => {
    for (const { name, files } of tarballs) {
      expect(files, name).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']))
      const others = files.filter(
        (path) => !/^(dist\/.*\.(js|d\.ts)|licenses\/.*\.txt|package\.json|README\.md|LICENSE)$/.test(path),
      )
      expect(others, name).toEqual([])
      expect(
        files.filter((path) => /test|bench|reference|lab\./.test(path)),
        name,
      ).toEqual([])
    }
  })

  test('are there for require, too, where Node loads modules so', async () => {
    await writeFile(
      join(project, 'main.cjs'),
      `
      const tf = require('@tensorflow/tfjs-core')
      const { info } = require('@lanewise/backend')
      const { convNet } = require('@lanewise/cnn')
      const all = ['attention', 'backend', 'backend/layers', 'kernels', 'rnn'].map((name) => require('@lanewise/' + name))
      tf.setBackend('lanewise').then(() => {
        const y = convNet({ classes: 3 }).predict(tf.ones([2, 28, 28, 1]))
        console.log(info().ready, String(y.shape), all.every((exported) => Object.keys(exported).length > 0))
      })`,
    )
    for (const node of nodes) {
      const { stdout: able } = await run(node, ['-p', 'process.features.require_module'], { cwd: project })
      if (node !== process.execPath && able.trim() !== 'true') continue
      const { stdout } = await run(node, ['main.cjs'], { cwd: project })
      expect(stdout.trim().split('\n').at(-1), node).toBe('true 2,3 true')
    }
  })

  test('say where they are to tools that know no exports', async () => {
    for (const { name, files } of tarballs) {
      const {
        main,
        types,
        typesVersions = { '*': {} },
      } = JSON.parse(await readFile(join(project, 'node_modules', name, 'package.json'), 'utf8'))
      const told = [main, types, ...Object.values<string[]>(typesVersions['*']).flat()]
      expect(files, name).toEqual(expect.arrayContaining(told.map((path) => path.replace('./', ''))))
    }
  })

  test('have declarations that TypeScript before 5.7 reads, whose typed arrays have no type parameter', async () => {
    const declarations = tarballs.flatMap(({ name, files }) =>
      files.filter((path) => path.endsWith('.d.ts')).map((path) => join('node_modules', name, path)),
    )
    const texts = await Promise.all(declarations.map((path) => readFile(join(project, path), 'utf8')))
    expect(declarations.filter((_, i) => /(Array|View)<\w*Buffer/.test(texts[i]))).toEqual([])
  })

  test('run nothing when they are installed, and depend on nothing that does', async () => {
    const lock = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8'))
    const installed = Object.entries<{ hasInstallScript?: boolean }>(lock.packages)
    expect(installed.length).toBeGreaterThan(tarballs.length)
    expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([])
  })

  test.each([
    ['bundler', 'ESNext'],
    ['nodenext', 'NodeNext'],
  ])('are typed where moduleResolution is %s', async (moduleResolution, module) => {
    await writeFile(join(project, 'consumer.ts'), consumer)
    const config = { module, moduleResolution, target: 'ES2022', strict: true, noEmit: true, types: [] }
    await writeFile(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: config, include: ['consumer.ts'] }),
    )
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    // Without skipLibCheck, so that our declarations are checked; those of tfjs do not pass and are not ours.
    const { stdout } = await run(process.execPath, [tsc, '--pretty', 'false'], { cwd: project }).catch((error) => error)
    const ours = stdout.split('\n').filter((line: string) => /^(consumer|node_modules\/@lanewise)/.test(line))
    expect(ours).toEqual([])
  })
})
