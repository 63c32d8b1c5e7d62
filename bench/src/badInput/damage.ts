import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tfl from '@tensorflow/tfjs-layers'
import { tinyConvNet } from './badInput.ts'

type Layer = { class_name?: string; config: Record<string, unknown> }
type Model = { config: { layers: Layer[] } }
type Json = {
  modelTopology: { model_config?: Model } & Model
  weightsManifest: { paths: unknown; weights: Record<string, unknown>[] }[]
}

/** The weights of a model that is made and then given up: tfjs-layers does not dispose it. */
export const MODEL = 6

let made: Promise<string> | undefined
let count = 0

/** A folder for files of this process. */
export function folder(): Promise<string> {
  made ??= mkdtemp(join(tmpdir(), 'lanewise-bad-'))
  return made
}

export async function removeFolder(): Promise<void> {
  await rm(await folder(), { recursive: true })
}

/** Saves a model, damages it and loads it. */
export function damaged(damage: (path: string) => Promise<void>, build = tinyConvNet) {
  return async () => {
    const path = join(await folder(), `model${count++}`)
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

/** Edits model.json. */
export const edited = (edit: (json: Json) => void, build?: typeof tinyConvNet) =>
  damaged(async (path) => {
    const file = join(path, 'model.json')
    const json = JSON.parse(await readFile(file, 'utf8'))
    edit(json)
    await writeFile(file, JSON.stringify(json))
  }, build)

/** Edits the first layer behind the input. */
export const editedLayer = (edit: (config: Layer['config'], layers: Layer[]) => void, build?: typeof tinyConvNet) =>
  edited(({ modelTopology }) => {
    const { layers } = (modelTopology.model_config ?? modelTopology).config
    edit(layers[1].config, layers)
  }, build)

/** Edits what the manifest says of the first weight. */
export const editedSpec = (change: object) =>
  edited(({ weightsManifest: [group] }) => Object.assign(group.weights[0], change))

/** Changes weights.bin. */
export const editedWeights = (change: (bytes: Uint8Array) => Uint8Array) =>
  damaged(async (path) => {
    const file = join(path, 'weights.bin')
    await writeFile(file, change(await readFile(file)))
  })
