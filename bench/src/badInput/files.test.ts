import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll } from 'vitest'
import { describeRefusals, type Refusal, tinyAttentionNet, tinyConvNet } from './badInput.ts'
import { damaged, edited, editedLayer, folder, MODEL, removeFolder } from './damage.ts'

afterAll(removeFolder)

/** model.json, cut to a share of its length. */
const cut = (share: number) =>
  damaged(async (path) => {
    const file = join(path, 'model.json')
    const text = await readFile(file)
    await truncate(file, Math.floor(text.length * share))
  })

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
    `load: can not read the model file '${tmpdir()}': it is a folder (a model is loaded from its model.json)`,
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
    editedLayer((_, layers) => {
      layers[1]['class_name'] = 'Conv9D'
    }),
    'Unknown layer: Conv9D',
  ],
  [
    'modelTopology: a layer without class',
    editedLayer((_, layers) => {
      Reflect.deleteProperty(layers[1], 'class_name')
    }),
    'layer: Improper config format:',
  ],
  [
    'modelTopology: no layers',
    editedLayer((_, layers) => {
      layers.length = 0
    }),
    "model.json': modelTopology: layers: [] is not a list of layers",
  ],
  [
    'modelTopology: a layer is missing',
    editedLayer((_, layers) => {
      layers.splice(1, 1)
    }),
    "model.json': modelTopology: 'max_pooling2d_",
  ],
  [
    'modelTopology: filters 0',
    editedLayer((config) => {
      config['filters'] = 0
    }),
    "Convolution layer expected config.filters to be a 'number' > 0 but got 0",
  ],
  [
    'modelTopology: other filters',
    editedLayer((config) => {
      config['filters'] = 5
    }),
    'Shape mismatch: [3,3,1,5] vs. [3,3,1,2]',
    MODEL,
  ],
  [
    'modelTopology: kernel size',
    editedLayer((config) => {
      config['kernel_size'] = [9, 9]
    }),
    'Shape mismatch: [9,9,1,2] vs. [3,3,1,2]',
    MODEL,
  ],
  [
    'modelTopology: activation',
    editedLayer((config) => {
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
])

const saved = (url: (folder: string) => string) => async () => {
  const model = tinyConvNet()
  try {
    await model.save(url(await folder()))
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
      await writeFile(join(await folder(), 'taken'), '')
      await saved((folder) => `file://${folder}/taken/model`)()
    },
    "taken/model': ENOTDIR",
  ],
  [
    'onto a file',
    async () => {
      await writeFile(join(await folder(), 'taken2'), '')
      await saved((folder) => `file://${folder}/taken2`)()
    },
    "taken2': EEXIST",
  ],
  ['a name with a zero byte', saved((folder) => `file://${folder}/a\0b`), "The argument 'path' must be"],
])
