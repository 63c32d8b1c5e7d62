import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll } from 'vitest'
import { describeRefusals, type Refusal, tinyAttentionNet, tinyConvNet } from './badInput.ts'

let folder = ''
let count = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanewise-bad-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Saves a model, damages it and loads it. */
function damaged(damage: (path: string) => Promise<void>, build = tinyConvNet) {
  return async () => {
    const path = join(folder, `model${count++}`)
    const model = build()
    try {
      await model.save(`file://${path}`)
    } finally {
      model.dispose()
    }
    await damage(path)
    await tfl.loadLayersModel(`file://${path}/model.json`)
  }
}

type Layer = { class_name?: string; config: Record<string, unknown> }
type Model = { config: { layers: Layer[] } }
type Json = {
  modelTopology: { model_config?: Model } & Model
  weightsManifest: { paths: unknown; weights: Record<string, unknown>[] }[]
}

const edited = (edit: (json: Json) => void, build?: typeof tinyConvNet) =>
  damaged(async (path) => {
    const file = join(path, 'model.json')
    const json = JSON.parse(await readFile(file, 'utf8'))
    edit(json)
    await writeFile(file, JSON.stringify(json))
  }, build)

/** model.json, cut to a share of its length. */
const cut = (share: number) =>
  damaged(async (path) => {
    const file = join(path, 'model.json')
    const text = await readFile(file)
    await truncate(file, Math.floor(text.length * share))
  })

const weights = (change: (bytes: Uint8Array) => Uint8Array) =>
  damaged(async (path) => {
    const file = join(path, 'weights.bin')
    await writeFile(file, change(await readFile(file)))
  })

const spec = (change: object) => edited(({ weightsManifest: [group] }) => Object.assign(group.weights[0], change))
/** Edits the first layer behind the input. */
const layer = (edit: (config: Layer['config'], layers: Layer[]) => void, build?: typeof tinyConvNet) =>
  edited(({ modelTopology }) => {
    const { layers } = (modelTopology.model_config ?? modelTopology).config
    edit(layers[1].config, layers)
  }, build)

/** The weights of a model that is made and then given up: tfjs-layers does not dispose it. */
const MODEL = 6

describeRefusals('loading from files', [
  [
    'no such folder',
    () => tfl.loadLayersModel('file:///no/such/model.json'),
    "load: can not read the model file '/no/such/model.json': it does not exist",
  ],
  ['no such file', damaged((path) => rm(join(path, 'model.json'))), "model.json': it does not exist"],
  [
    'a folder',
    () => tfl.loadLayersModel(`file://${tmpdir()}`),
    "load: can not read the model file '/tmp': it is a folder (a model is loaded from its model.json)",
  ],
  ['an empty path', () => tfl.loadLayersModel('file://'), "load: can not read the model file '': it does not exist"],
  ['an unknown scheme', () => tfl.loadLayersModel('lanes://model.json'), 'fetch failed'],
  ['model.json: empty', cut(0), "model.json' is not JSON: Unexpected end of JSON input"],
  [
    'model.json: one byte',
    damaged((path) => truncate(join(path, 'model.json'), 1)),
    "model.json' is not JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)",
  ],
  ...[0.1, 0.25, 0.5, 0.75, 0.9, 0.999].map(
    (share): Refusal => [`model.json: cut to ${share * 100} %`, cut(share), /^load: '.*model.json' is not JSON: /],
  ),
  [
    'model.json: not JSON',
    damaged((path) => writeFile(join(path, 'model.json'), 'model: {}')),
    `model.json' is not JSON: Unexpected token 'm', "model: {}" is not valid JSON`,
  ],
  [
    'model.json: the weights',
    damaged(async (path) => writeFile(join(path, 'model.json'), await readFile(join(path, 'weights.bin')))),
    `model.json' is not JSON: Unexpected token '�', "�jW?��h?Á"... is not valid JSON`,
  ],
  [
    'model.json: null',
    damaged((path) => writeFile(join(path, 'model.json'), 'null')),
    "model.json' is no model: it has no modelTopology",
  ],
  [
    'model.json: a number',
    damaged((path) => writeFile(join(path, 'model.json'), '42')),
    "model.json' is no model: it has no modelTopology",
  ],
  [
    'model.json: an array',
    damaged((path) => writeFile(join(path, 'model.json'), '[]')),
    "model.json' is no model: it has no modelTopology",
  ],
  [
    'modelTopology: absent',
    edited((json) => Reflect.deleteProperty(json, 'modelTopology')),
    "model.json' is no model: it has no modelTopology",
  ],
  [
    'modelTopology: empty',
    edited((json) => {
      json.modelTopology = {} as never
    }),
    "model.json': modelTopology: an object of Object with class_name undefined and config undefined is no model",
  ],
  [
    'modelTopology: a string',
    edited((json) => {
      json.modelTopology = 'Sequential' as never
    }),
    "model.json' is no model: it has no modelTopology",
  ],
  [
    'modelTopology: an unknown layer',
    layer((_, layers) => {
      layers[1]['class_name'] = 'Conv9D'
    }),
    'Unknown layer: Conv9D',
  ],
  [
    'modelTopology: a layer without class',
    layer((_, layers) => {
      Reflect.deleteProperty(layers[1], 'class_name')
    }),
    'layer: Improper config format:',
  ],
  [
    'modelTopology: no layers',
    layer((_, layers) => {
      layers.length = 0
    }),
    "model.json': modelTopology: layers: [] is not a list of layers",
  ],
  [
    'modelTopology: a layer is missing',
    layer((_, layers) => {
      layers.splice(1, 1)
    }),
    "model.json': modelTopology: 'max_pooling2d_",
  ],
  [
    'modelTopology: filters 0',
    layer((config) => {
      config['filters'] = 0
    }),
    "Convolution layer expected config.filters to be a 'number' > 0 but got 0",
  ],
  [
    'modelTopology: other filters',
    layer((config) => {
      config['filters'] = 5
    }),
    'Shape mismatch: [3,3,1,5] vs. [3,3,1,2]',
    MODEL,
  ],
  [
    'modelTopology: kernel size',
    layer((config) => {
      config['kernel_size'] = [9, 9]
    }),
    'Shape mismatch: [9,9,1,2] vs. [3,3,1,2]',
    MODEL,
  ],
  [
    'modelTopology: activation',
    layer((config) => {
      config['activation'] = 'foo'
    }),
    'Unknown activation: foo',
  ],
  [
    'modelTopology: LSTM units',
    edited(({ modelTopology }) => {
      ;(modelTopology['model_config'] ?? modelTopology)['config']['layers'][1]['config']['units'] = 'x'
    }, tinyAttentionNet),
    'Expected units to be a positive integer, but got "x".',
  ],
  [
    'weightsManifest: absent',
    edited((json) => Reflect.deleteProperty(json, 'weightsManifest')),
    "model.json': weightsManifest: undefined is not a list of groups of weights",
  ],
  [
    'weightsManifest: an object',
    edited((json) => {
      json.weightsManifest = {} as never
    }),
    "model.json': weightsManifest: an object of Object is not a list of groups of weights",
  ],
  [
    'weightsManifest: empty',
    edited((json) => {
      json.weightsManifest = []
    }),
    '6 of 6 weights are not set: conv2d_',
    MODEL,
  ],
  [
    'weightsManifest: null in it',
    edited((json) => {
      json.weightsManifest = [null] as never
    }),
    "model.json': weightsManifest[0].paths: undefined is not a list of file names",
  ],
  [
    'paths: absent',
    edited(({ weightsManifest: [group] }) => {
      group.paths = undefined
    }),
    "model.json': weightsManifest[0].paths: undefined is not a list of file names",
  ],
  [
    'paths: numbers',
    edited(({ weightsManifest: [group] }) => {
      group.paths = [1]
    }),
    "model.json': weightsManifest[0].paths: [1] is not a list of file names",
  ],
  [
    'paths: no such file',
    edited(({ weightsManifest: [group] }) => {
      group.paths = ['weights2.bin']
    }),
    "weights2.bin': it does not exist",
  ],
  [
    'paths: empty',
    edited(({ weightsManifest: [group] }) => {
      group.paths = []
    }),
    "model.json' hold 0 bytes, but its weights need 236",
  ],
  [
    'paths: twice the file',
    edited(({ weightsManifest: [group] }) => {
      group.paths = ['weights.bin', 'weights.bin']
    }),
    "model.json' hold 472 bytes, but its weights need 236",
  ],
  [
    'weights: absent',
    edited(({ weightsManifest: [group] }) => {
      group.weights = undefined as never
    }),
    "model.json': weightsManifest[0].weights: undefined is not a list",
  ],
  [
    'weights: one is missing',
    edited(({ weightsManifest: [group] }) => {
      group.weights.pop()
    }),
    "model.json' hold 236 bytes, but its weights need 224",
  ],
  [
    'weights: null in it',
    edited(({ weightsManifest: [group] }) => {
      group.weights[0] = null as never
    }),
    "model.json': weightsManifest[0].weights[0].name: undefined is not a string with content",
  ],
  [
    'name: absent',
    spec({ name: undefined }),
    "model.json': weightsManifest[0].weights[0].name: undefined is not a string with content",
  ],
  [
    'name: unknown',
    spec({ name: 'conv99/kernel' }),
    'Provided weight data has no target variable: conv99/kernel',
    MODEL,
  ],
  [
    'shape: absent',
    spec({ shape: undefined }),
    "model.json': weightsManifest[0].weights[0].shape: undefined is not a list of whole numbers, 0 or more",
  ],
  ['shape: other', spec({ shape: [3, 3, 2, 1] }), 'Shape mismatch: [3,3,1,2] vs. [3,3,2,1]', MODEL],
  ['shape: larger', spec({ shape: [3, 3, 1, 4] }), "model.json' hold 236 bytes, but its weights need 308"],
  [
    'shape: negative',
    spec({ shape: [3, 3, -1, -2] }),
    "model.json': weightsManifest[0].weights[0].shape: [3, 3, -1, -2] is not a list of whole numbers, 0 or more",
  ],
  [
    'shape: strings',
    spec({ shape: ['3', 3, 1, 2] }),
    "model.json': weightsManifest[0].weights[0].shape: ['3', 3, 1, 2] is not a list of whole numbers, 0 or more",
  ],
  [
    'dtype: unknown',
    spec({ dtype: 'float64' }),
    "model.json': weightsManifest[0].weights[0].dtype: 'float64' is not one of float32, int32, bool, complex64",
  ],
  [
    'dtype: string',
    spec({ dtype: 'string' }),
    "model.json': weightsManifest[0].weights[0].dtype: 'string' is not one of float32, int32, bool, complex64",
  ],
  [
    'dtype: int32',
    spec({ dtype: 'int32' }),
    'dtype of the new value (int32) and previous value (float32) must match',
    MODEL,
  ],
  [
    'quantization: unknown',
    spec({ quantization: { dtype: 'int4', scale: 1, min: 0 } }),
    "model.json': weightsManifest[0].weights[0].quantization.dtype: 'int4' is not one of uint8, uint16, float16",
  ],
  [
    'quantization: of more bytes than there are',
    spec({ quantization: { dtype: 'uint8', scale: 1, min: 0 } }),
    "model.json' hold 236 bytes, but its weights need 182",
  ],
  ['weights.bin: absent', damaged((path) => rm(join(path, 'weights.bin'))), "weights.bin': it does not exist"],
  ['weights.bin: empty', weights(() => new Uint8Array()), "model.json' hold 0 bytes, but its weights need 236"],
  [
    'weights.bin: a byte short',
    weights((bytes) => bytes.subarray(0, -1)),
    "model.json' hold 235 bytes, but its weights need 236",
  ],
  [
    'weights.bin: half',
    weights((bytes) => bytes.subarray(0, bytes.length / 2)),
    "model.json' hold 118 bytes, but its weights need 236",
  ],
  [
    'weights.bin: four bytes more',
    weights((bytes) => Uint8Array.of(...bytes, 0, 0, 0, 0)),
    "model.json' hold 240 bytes, but its weights need 236",
  ],
  [
    'weights.bin: NaN',
    weights((bytes) => {
      new Float32Array(bytes.buffer, bytes.byteOffset, 1)[0] = Number.NaN
      return bytes
    }),
    "/kernel' holds NaN, at index 0",
  ],
  ['weights.bin: all bits set', weights((bytes) => bytes.fill(255)), "/kernel' holds NaN, at index 0"],
  [
    'weights.bin: a folder',
    damaged(async (path) => {
      await rm(join(path, 'weights.bin'))
      await mkdir(join(path, 'weights.bin'))
    }),
    "weights.bin': it is a folder (a model is loaded from its model.json)",
  ],
])

const saved = (url: () => string) => async () => {
  const model = tinyConvNet()
  try {
    await model.save(url())
  } finally {
    model.dispose()
  }
}

describeRefusals('saving to files', [
  ['no folder', saved(() => 'file://'), "save: 'file://' names no folder"],
  ['an unknown scheme', saved(() => 'lanes://model'), "Cannot find any save handlers for URL 'lanes://model'"],
  [
    'below a file',
    async () => {
      await writeFile(join(folder, 'taken'), '')
      await saved(() => `file://${join(folder, 'taken')}/model`)()
    },
    "taken/model': ENOTDIR",
  ],
  [
    'onto a file',
    async () => {
      await writeFile(join(folder, 'taken2'), '')
      await saved(() => `file://${join(folder, 'taken2')}`)()
    },
    "taken2': EEXIST",
  ],
  ['a name with a zero byte', saved(() => `file://${folder}/a\0b`), "The argument 'path' must be"],
])
