// Each package as a stranger gets it: packed, installed into an empty project, run in plain Node.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../', import.meta.url))
const folders = ['kernels', 'packages/backend', 'packages/cnn', 'packages/rnn', 'packages/attention']
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

describe('a tarball installs and works alone', () => {
  let work: string
  const tarballs = new Map<string, string>()

  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'lanewise-pack-'))
    for (const folder of folders)
      if (!existsSync(join(root, folder, 'dist/index.js'))) throw new Error(`${folder} is not built: npm run build`)
    await run('npm', ['pack', '--silent', '--pack-destination', work, ...folders.flatMap((folder) => ['-w', folder])], {
      cwd: root,
    })
    for (const file of await readdir(work))
      tarballs.set(file.replace(/^lanewise-(.*)-[^-]+\.tgz$/, '$1'), join(work, file))
  }, INSTALL_TIMEOUT)

  afterAll(() => rm(work, { recursive: true, force: true }))

  for (const [name, { installs, script, prints }] of Object.entries(projects)) {
    test(
      `@lanewise/${name}`,
      async () => {
        const cwd = join(work, `project-${name}`)
        await mkdir(cwd)
        await writeFile(join(cwd, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
        await writeFile(join(cwd, 'main.js'), script)
        const files = installs.map((one) => tarballs.get(one) ?? `no tarball of ${one}`)
        await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...files], { cwd })
        for (const node of nodes) {
          const { stdout } = await run(node, ['main.js'], { cwd })
          expect(stdout.trim().split('\n').at(-1), node).toBe(prints)
        }
      },
      INSTALL_TIMEOUT,
    )
  }
})
