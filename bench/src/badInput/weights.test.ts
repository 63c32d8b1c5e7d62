import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { describeRefusals } from './badInput.ts'
import { damaged, edited, editedSpec, editedWeights, MODEL, removeFolder } from './damage.ts'

afterAll(removeFolder)

describeRefusals('weights from files', [
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
    editedSpec({ name: undefined }),
    "model.json': weightsManifest[0].weights[0].name: undefined is not a string with content",
  ],
  [
    'name: unknown',
    editedSpec({ name: 'conv99/kernel' }),
    'Provided weight data has no target variable: conv99/kernel',
    MODEL,
  ],
  [
    'shape: absent',
    editedSpec({ shape: undefined }),
    "model.json': weightsManifest[0].weights[0].shape: undefined is not a list of whole numbers, 0 or more",
  ],
  ['shape: other', editedSpec({ shape: [3, 3, 2, 1] }), 'Shape mismatch: [3,3,1,2] vs. [3,3,2,1]', MODEL],
  ['shape: larger', editedSpec({ shape: [3, 3, 1, 4] }), "model.json' hold 236 bytes, but its weights need 308"],
  [
    'shape: negative',
    editedSpec({ shape: [3, 3, -1, -2] }),
    "model.json': weightsManifest[0].weights[0].shape: [3, 3, -1, -2] is not a list of whole numbers, 0 or more",
  ],
  [
    'shape: strings',
    editedSpec({ shape: ['3', 3, 1, 2] }),
    "model.json': weightsManifest[0].weights[0].shape: ['3', 3, 1, 2] is not a list of whole numbers, 0 or more",
  ],
  [
    'dtype: unknown',
    editedSpec({ dtype: 'float64' }),
    "model.json': weightsManifest[0].weights[0].dtype: 'float64' is not one of float32, int32, bool, complex64",
  ],
  [
    'dtype: string',
    editedSpec({ dtype: 'string' }),
    "model.json': weightsManifest[0].weights[0].dtype: 'string' is not one of float32, int32, bool, complex64",
  ],
  [
    'dtype: int32',
    editedSpec({ dtype: 'int32' }),
    'dtype of the new value (int32) and previous value (float32) must match',
    MODEL,
  ],
  [
    'quantization: unknown',
    editedSpec({ quantization: { dtype: 'int4', scale: 1, min: 0 } }),
    "model.json': weightsManifest[0].weights[0].quantization.dtype: 'int4' is not one of uint8, uint16, float16",
  ],
  [
    'quantization: of more bytes than there are',
    editedSpec({ quantization: { dtype: 'uint8', scale: 1, min: 0 } }),
    "model.json' hold 236 bytes, but its weights need 182",
  ],
  ['weights.bin: absent', damaged((path) => rm(join(path, 'weights.bin'))), "weights.bin': it does not exist"],
  ['weights.bin: empty', editedWeights(() => new Uint8Array()), "model.json' hold 0 bytes, but its weights need 236"],
  [
    'weights.bin: a byte short',
    editedWeights((bytes) => bytes.subarray(0, -1)),
    "model.json' hold 235 bytes, but its weights need 236",
  ],
  [
    'weights.bin: half',
    editedWeights((bytes) => bytes.subarray(0, bytes.length / 2)),
    "model.json' hold 118 bytes, but its weights need 236",
  ],
  [
    'weights.bin: four bytes more',
    editedWeights((bytes) => Uint8Array.of(...bytes, 0, 0, 0, 0)),
    "model.json' hold 240 bytes, but its weights need 236",
  ],
  [
    'weights.bin: NaN',
    editedWeights((bytes) => {
      new Float32Array(bytes.buffer, bytes.byteOffset, 1)[0] = Number.NaN
      return bytes
    }),
    "/kernel' holds NaN, at index 0",
  ],
  ['weights.bin: all bits set', editedWeights((bytes) => bytes.fill(255)), "/kernel' holds NaN, at index 0"],
  [
    'weights.bin: a folder',
    damaged(async (path) => {
      await rm(join(path, 'weights.bin'))
      await mkdir(join(path, 'weights.bin'))
    }),
    "weights.bin': it is a folder (a model is loaded from its model.json)",
  ],
])
