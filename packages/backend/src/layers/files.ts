import { io } from '@tensorflow/tfjs-core'
import { bytesOf, checkManifest, checkTopology, checkWeights } from './artifacts.ts'

/**
 * Lets models save to and load from `file://` URLs in Node (20.16 and later), Bun and Deno, which TensorFlow.js leaves to its native package:
 * `model.save('file://folder')` writes folder/model.json and folder/weights.bin, in the format that
 * `loadLayersModel('file://folder/model.json')` reads everywhere. Where another package handles such URLs, it goes first.
 */
export function registerFiles(): void {
  if (fileSystem() === undefined) return
  io.registerSaveRouter((url) => ours(url, io.getSaveHandlers, (path) => ({ save: (model) => save(path, model) })))
  io.registerLoadRouter((url) => ours(url, io.getLoadHandlers, (path) => ({ load: () => load(path) })))
}

const SCHEME = 'file://'
const MODEL = 'model.json'
const WEIGHTS = 'weights.bin'

let asking = false

/** A handler of ours, unless another router has one for this URL. */
function ours(url: string | string[], handlers: (url: string) => io.IOHandler[], make: (path: string) => io.IOHandler) {
  if (asking || typeof url !== 'string' || !url.startsWith(SCHEME)) return null as unknown as io.IOHandler
  asking = true
  try {
    return handlers(url).length > 0 ? (null as unknown as io.IOHandler) : make(url.slice(SCHEME.length))
  } finally {
    asking = false
  }
}

interface FileSystem {
  mkdir(path: string, options: { recursive: true }): Promise<unknown>
  readFile(path: string): Promise<Uint8Array>
  writeFile(path: string, data: string | Uint8Array): Promise<void>
}

/** Node's, asked for without an import, so that bundles for browsers need not resolve it. */
function fileSystem(): FileSystem | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
  return process?.getBuiltinModule?.('node:fs/promises') as FileSystem | undefined
}

async function save(folder: string, artifacts: io.ModelArtifacts): Promise<io.SaveResult> {
  if (folder === '') throw new Error(`save: '${SCHEME}' names no folder`)
  const fs = fileSystem() as FileSystem
  const { weightData, weightSpecs = [], ...rest } = artifacts
  const weights = new Uint8Array(io.CompositeArrayBuffer.join(weightData))
  const json = { ...rest, weightsManifest: [{ paths: [WEIGHTS], weights: weightSpecs }] }
  try {
    await fs.mkdir(folder, { recursive: true })
    await fs.writeFile(`${folder}/${WEIGHTS}`, weights)
    await fs.writeFile(`${folder}/${MODEL}`, JSON.stringify(json))
  } catch (error) {
    throw new Error(`save: can not write to '${folder}': ${reason(error)}`, { cause: error })
  }
  return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) }
}

async function load(path: string): Promise<io.ModelArtifacts> {
  const text = new TextDecoder().decode(await read(path, 'model'))
  let json: io.ModelJSON
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new Error(`load: '${path}' is not JSON: ${reason(error)}`, { cause: error })
  }
  if (typeof json?.modelTopology !== 'object' || json.modelTopology === null)
    throw new Error(`load: '${path}' is no model: it has no modelTopology`)
  // A graph model, of @tensorflow/tfjs-converter: its executor looks at the graph, and any number may be meant.
  const isGraph = Array.isArray((json.modelTopology as { node?: unknown }).node)
  try {
    if (!isGraph) checkTopology(json.modelTopology)
    checkManifest(json.weightsManifest, isGraph)
  } catch (error) {
    throw new Error(`load: '${path}': ${(error as Error).message}`)
  }
  return io.getModelArtifactsForJSON(json, async (manifest) => {
    const folder = path.replace(/[^/\\]*$/, '')
    const specs = manifest.flatMap((group) => group.weights)
    const parts: ArrayBuffer[] = []
    for (const file of manifest.flatMap((group) => group.paths)) {
      const bytes = await read(`${folder}${file}`, 'weights')
      // A copy: Node may keep small files in a buffer that they share, which Buffer's `slice` shares too.
      parts.push(new Uint8Array(bytes).buffer)
    }
    const wanted = specs.reduce((sum, spec) => sum + bytesOf(spec), 0)
    const held = parts.reduce((sum, part) => sum + part.byteLength, 0)
    // How long strings are stands among them.
    if (held !== wanted && !specs.some(({ dtype }) => dtype === 'string'))
      throw new Error(`load: the weights of '${path}' hold ${held} bytes, but its weights need ${wanted}`)
    const data = io.CompositeArrayBuffer.join(parts)
    try {
      if (!isGraph) checkWeights(specs, data)
    } catch (error) {
      throw new Error(`load: '${path}': ${(error as Error).message}`)
    }
    return [specs, data]
  })
}

async function read(path: string, what: string): Promise<Uint8Array> {
  try {
    return await (fileSystem() as FileSystem).readFile(path)
  } catch (error) {
    throw new Error(`load: can not read the ${what} file '${path}': ${reason(error)}`, { cause: error })
  }
}

function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message: string }
  if (code === 'ENOENT') return 'it does not exist'
  return code === 'EISDIR' ? `it is a folder (a model is loaded from its ${MODEL})` : message
}
