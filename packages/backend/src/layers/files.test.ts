import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadGraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import './index.ts'

let folder: string
const x = () => tf.tensor2d([1, 2, 3, 4], [2, 2])

beforeAll(async () => {
  await tf.setBackend('lanewise')
  folder = await mkdtemp(join(tmpdir(), 'lanewise-files-'))
})
afterAll(() => rm(folder, { recursive: true }))

function model(): tfl.LayersModel {
  const { dense } = tfl.layers
  return tfl.sequential({ layers: [dense({ units: 3, activation: 'tanh', inputShape: [2] }), dense({ units: 1 })] })
}

async function saved(name: string): Promise<string> {
  const path = join(folder, name)
  await model().save(`file://${path}`)
  return path
}

describe('file://', () => {
  test('what is saved loads again, with weights, optimizer and metadata', async () => {
    const path = join(folder, 'deep', 'er')
    const first = model()
    first.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
    await first.fit(x(), tf.ones([2, 1]))
    first.setUserDefinedMetadata({ made: 'here' })
    const result = await first.save(`file://${path}`, { includeOptimizer: true })
    expect(result.modelArtifactsInfo.weightDataBytes).toBeGreaterThan(0)
    expect((await readdir(path)).sort()).toEqual(['model.json', 'weights.bin'])

    const second = await tfl.loadLayersModel(`file://${path}/model.json`)
    expect(second.predict(x()).toString()).toBe(first.predict(x()).toString())
    expect(second.getUserDefinedMetadata()).toEqual({ made: 'here' })
    expect(await second.trainOnBatch(x(), tf.ones([2, 1]))).toBe(await first.trainOnBatch(x(), tf.ones([2, 1])))
  })

  test('files that are absent or broken are errors that name them, and the next call works', async () => {
    const load = (path: string) => tfl.loadLayersModel(`file://${path}`)
    await expect(load(join(folder, 'none', 'model.json'))).rejects.toThrow(
      `load: can not read the model file '${join(folder, 'none', 'model.json')}': it does not exist`,
    )
    const path = await saved('broken')
    await expect(load(path)).rejects.toThrow('it is a folder (a model is loaded from its model.json)')
    await truncate(join(path, 'weights.bin'), 20)
    await expect(load(join(path, 'model.json'))).rejects.toThrow('hold 20 bytes, but its weights need 52')
    await rm(join(path, 'weights.bin'))
    await expect(load(join(path, 'model.json'))).rejects.toThrow(`can not read the weights file '${path}/weights.bin'`)
    await writeFile(join(path, 'model.json'), '{')
    await expect(load(join(path, 'model.json'))).rejects.toThrow("model.json' is not JSON")
    await writeFile(join(path, 'model.json'), '[]')
    await expect(load(join(path, 'model.json'))).rejects.toThrow("model.json' is no model: it has no modelTopology")
    await expect(model().save(`file://${join(path, 'model.json')}`)).rejects.toThrow('save: can not write to')
    expect(await load(join(await saved('whole'), 'model.json'))).toBeInstanceOf(tfl.LayersModel)
  })

  test('graph models, with weights that are strings or NaN', async () => {
    const type = (name: string) => ({ type: name })
    const constant = (name: string, dtype: string) => ({ name, op: 'Const', attr: { dtype: type(dtype) } })
    const x = {
      name: 'x',
      op: 'Placeholder',
      attr: { dtype: type('DT_FLOAT'), shape: { shape: { dim: [{ size: '-1' }] } } },
    }
    const sum = { name: 'sum', op: 'AddV2', input: ['x', 'w'], attr: { T: type('DT_FLOAT') } }
    const words = [2, 0, 0, 0, 104, 105, 1, 0, 0, 0, 33]
    const json = {
      format: 'graph-model',
      modelTopology: { node: [constant('w', 'DT_FLOAT'), constant('words', 'DT_STRING'), x, sum], versions: {} },
      weightsManifest: [
        {
          paths: ['weights.bin'],
          weights: [
            { name: 'w', shape: [2], dtype: 'float32' },
            { name: 'words', shape: [2], dtype: 'string' },
          ],
        },
      ],
    }
    const path = join(folder, 'graph')
    await mkdir(path)
    await writeFile(join(path, 'model.json'), JSON.stringify(json))
    const weights = Uint8Array.from([...new Uint8Array(Float32Array.of(3, Number.NaN).buffer), ...words])
    await writeFile(join(path, 'weights.bin'), weights)
    const graph = await loadGraphModel(`file://${path}/model.json`)
    expect((graph.execute(tf.tensor1d([1, 2]), 'sum') as tf.Tensor).arraySync()).toEqual([4, Number.NaN])
    expect((graph.execute(tf.tensor1d([1, 2]), 'words') as tf.Tensor).arraySync()).toEqual(['hi', '!'])
    graph.dispose()
  })

  test('another handler of file:// goes first', async () => {
    let heard = ''
    const save = async () => {
      heard = 'save'
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } }
    }
    const router = (url: string | string[]) => (url === 'file://theirs' ? { save } : (null as never))
    tf.io.registerSaveRouter(router)
    await model().save('file://theirs')
    expect(heard).toBe('save')
  })
})
