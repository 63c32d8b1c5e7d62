// Checks of what a model's files say. tfjs-layers takes a damaged file for another model, or does not come back from it.
import type { io } from '@tensorflow/tfjs-core'
import { show } from '../show.ts'

const BYTES: Record<string, number> = { float32: 4, int32: 4, bool: 1, complex64: 8 }
const QUANTIZED: Record<string, number> = { uint8: 1, uint16: 2, float16: 2 }

/** Bytes that a weight takes in its file. */
export function bytesOf({ shape, dtype, quantization }: io.WeightsManifestEntry): number {
  const values = shape.reduce((product, length) => product * length, 1)
  return values * (quantization === undefined ? BYTES[dtype] : QUANTIZED[quantization.dtype])
}

export function checkManifest(manifest: io.WeightsManifestConfig | undefined, strings = false): void {
  const fail = (what: string) => {
    throw new Error(`weightsManifest${what}`)
  }
  if (!Array.isArray(manifest)) throw new Error(`weightsManifest: ${show(manifest)} is not a list of groups of weights`)
  for (const [g, group] of manifest.entries()) {
    const { paths, weights } = group ?? {}
    if (!Array.isArray(paths) || !paths.every((file) => typeof file === 'string' && file !== ''))
      fail(`[${g}].paths: ${show(paths)} is not a list of file names`)
    if (!Array.isArray(weights)) fail(`[${g}].weights: ${show(weights)} is not a list`)
    for (const [w, weight] of weights.entries()) {
      const { name, shape, dtype, quantization } = weight ?? {}
      const at = `[${g}].weights[${w}]`
      if (typeof name !== 'string' || name === '') fail(`${at}.name: ${show(name)} is not a string with content`)
      if (!Array.isArray(shape) || !shape.every((length) => Number.isInteger(length) && length >= 0))
        fail(`${at}.shape: ${show(shape)} is not a list of whole numbers, 0 or more`)
      if (!(Object.hasOwn(BYTES, dtype) || (strings && dtype === 'string')))
        fail(`${at}.dtype: ${show(dtype)} is not one of ${Object.keys(BYTES).join(', ')}`)
      const stored = quantization?.dtype
      if (quantization !== undefined && !Object.hasOwn(QUANTIZED, String(stored)))
        fail(`${at}.quantization.dtype: ${show(stored)} is not one of ${Object.keys(QUANTIZED).join(', ')}`)
    }
  }
}

/** A damaged file, or one that a failed training left, is not to become a model that answers NaN. */
export function checkWeights(specs: io.WeightsManifestEntry[], data: ArrayBuffer): void {
  let at = 0
  for (const spec of specs) {
    const bytes = bytesOf(spec)
    if (spec.dtype === 'float32' && spec.quantization === undefined) {
      const wrong = new Float32Array(data.slice(at, at + bytes)).findIndex(Number.isNaN)
      if (wrong >= 0) throw new Error(`the weight '${spec.name}' holds NaN, at index ${wrong}`)
    }
    at += bytes
  }
}

type Config = Record<string, unknown>
/** Name and call of the layer whose output this is, and index of the output. */
type Inbound = [name: string, call: number, output: number]

/**
 * Checks the graph of a functional model, and of those inside of it: tfjs-layers waits without end for an input that no
 * layer makes.
 */
export function checkTopology(topology: object): void {
  const { model_config: wrapped } = topology as { model_config?: Config }
  checkModel(wrapped ?? (topology as Config))
}

function checkModel(model: Config): void {
  const { class_name: kind, config } = model as { class_name?: unknown; config?: unknown }
  if (typeof kind !== 'string' || config === null || typeof config !== 'object')
    throw new Error(
      `modelTopology: ${show(model)} with class_name ${show(kind)} and config ${show(config)} is no model`,
    )
  const { layers = config } = config as { layers?: unknown }
  if (!Array.isArray(layers) || layers.length === 0)
    throw new Error(`modelTopology: layers: ${show(layers)} is not a list of layers`)
  for (const layer of layers) if (layer?.config?.layers !== undefined) checkModel(layer)
  if (kind !== 'Sequential') checkGraph(config as Config, layers)
}

function checkGraph(config: Config, layers: Config[]): void {
  const waiting = layers.flatMap(({ name, inbound_nodes: calls }) => {
    if (typeof name !== 'string' || !Array.isArray(calls))
      throw new Error(`modelTopology: a layer has name ${show(name)} and inbound_nodes ${show(calls)}`)
    return calls.map((call) => ({ name, inputs: call as Inbound[] }))
  })
  const calls = new Map(layers.map(({ name, inbound_nodes: own }) => [name, (own as unknown[]).length === 0 ? 1 : 0]))
  for (let left = waiting; left.length > 0; ) {
    const missing: string[] = []
    const next = left.filter(({ name, inputs }) => {
      const absent = inputs.find(([from, call]) => !((calls.get(from) ?? 0) > call))
      if (absent) missing.push(`'${name}' takes output of '${absent[0]}'`)
      else calls.set(name, (calls.get(name) as number) + 1)
      return absent
    })
    if (next.length === left.length) throw new Error(`modelTopology: ${missing[0]}, which no layer of the model makes`)
    left = next
  }
  for (const list of ['input_layers', 'output_layers'])
    for (const [name] of (config[list] as Inbound[] | undefined) ?? [])
      if (!calls.has(name)) throw new Error(`modelTopology: ${list}: there is no layer '${name}'`)
}
