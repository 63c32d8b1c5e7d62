import {
  type DataType,
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  type TensorInfo,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../src/backend.ts'
import { sizeOf } from '../src/data.ts'
import { configure } from '../src/index.ts'
import type { Drawn } from './draw.ts'

type Values = Float32Array | Int32Array | Uint8Array
type Attrs = Record<string, unknown>

/** A call of a kernel as a test draws it. Inputs that are null are absent. */
export interface Call {
  inputs: Record<string, Drawn | null> | Drawn[]
  attrs: Attrs
}

/** A tensor's content, on no backend. */
export interface Content {
  shape: number[]
  dtype: DataType
  values: Values
}

export type Inputs = Record<string, Content> | Content[]

function map<A, B>(inputs: Record<string, A> | A[], f: (value: A, name: string) => B): Record<string, B> | B[] {
  if (Array.isArray(inputs)) return inputs.map((value) => f(value, ''))
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, f(value, name)]))
}

/** The inputs of a call, each number as `change` gives it. */
export function contents(call: Call, change = (values: Values, _name: string) => values): Inputs {
  const given = Array.isArray(call.inputs)
    ? call.inputs
    : (Object.fromEntries(Object.entries(call.inputs).filter(([, drawn]) => drawn !== null)) as Record<string, Drawn>)
  return map(given, (drawn, name) => ({ ...contentOf(drawn), values: change(valuesOf(drawn), name) }))
}

export function contentOf(drawn: Drawn): Content {
  return { shape: drawn.shape, dtype: drawn.dtype, values: valuesOf(drawn) }
}

function valuesOf({ shape, dtype, seed, scale, whole, odd }: Drawn): Values {
  const size = sizeOf(shape)
  const values =
    dtype === 'float32' ? new Float32Array(size) : dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size)
  for (let i = 0; i < size; i++) {
    const wave = seed === 0 ? 1 : hash(seed, i)
    if (dtype === 'bool') values[i] = wave > 0 ? 1 : 0
    else if (dtype === 'int32' || whole) values[i] = Math.round(wave * scale)
    else values[i] = wave * scale
  }
  if (size > 0) for (const [at, value] of odd) values[at % size] = dtype === 'bool' ? Number(value !== 0) : value
  return values
}

/** A number in [-1, 1) for the i-th place. */
function hash(seed: number, i: number): number {
  let h = Math.imul(seed, 0x9e3779b1) ^ Math.imul(i + 1, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39)
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 31 - 1
}

interface CpuBackend {
  makeTensorInfo(shape: number[], dtype: DataType, values: Values): TensorInfo
  readSync(dataId: object): Values
  disposeData(dataId: object, force: boolean): void
}

/** A copy as the type stores it: some kernels of backend-cpu change a tensor's type and leave the numbers as they were. */
function valuesAs(dtype: DataType, values: Values): Values {
  if (dtype === 'float32') return Float32Array.from(values)
  return dtype === 'int32' ? Int32Array.from(values) : values.slice()
}

/** What backend-cpu's kernel returns. */
export function runOnCpu(kernel: string, inputs: Inputs, attrs: Attrs): Content[] {
  const backend = engine().findBackend('cpu') as unknown as CpuBackend
  const infos = map(inputs, ({ shape, dtype, values }) => backend.makeTensorInfo(shape, dtype, values.slice()))
  const { kernelFunc } = getKernel(kernel, 'cpu')
  const given = Object.values(infos)
  let made: TensorInfo[] = []
  try {
    made = [kernelFunc({ inputs: infos as never, attrs: structuredClone(attrs) as NamedAttrMap, backend })].flat()
    return made.map(({ dataId, shape, dtype }) => ({ shape, dtype, values: valuesAs(dtype, backend.readSync(dataId)) }))
  } finally {
    for (const dataId of new Set([...given, ...made].map((info) => info.dataId))) backend.disposeData(dataId, true)
  }
}

/**
 * What `lanewise`, the active backend, returns, and whether its own kernel or the fallback did it. Throws where inputs
 * changed, or data ids or wasm memory are left behind.
 */
export function runOnLanewise(kernel: string, inputs: Inputs, attrs: Attrs): { outputs: Content[]; native: boolean } {
  const backend = engine().backend as LanewiseBackend
  if (getBackend() !== 'lanewise') throw new Error(`the active backend is ${getBackend()}`)
  const before = [backend.memory().wasmBytesInUse, backend.numDataIds()]
  let outputs: Content[] = []
  const launch = () =>
    tidy(() => {
      const tensors = map(inputs, ({ shape, dtype, values }) => tensor(values.slice(), shape, dtype))
      const given = tensors as unknown as NamedTensorMap
      const made = [
        engine().runKernel(kernel, given, structuredClone(attrs) as NamedAttrMap) as Tensor | Tensor[],
      ].flat()
      outputs = made.map((y) => ({ shape: y.shape, dtype: y.dtype, values: y.dataSync() as Values }))
      for (const [name, { values }] of Object.entries(inputs)) {
        const now = (tensors as Record<string, Tensor>)[name].dataSync()
        if (now.length !== values.length || values.some((value: number, i: number) => !Object.is(value, now[i])))
          throw new Error(`input ${name} has changed`)
      }
    })
  const native = withoutFallback(launch)
  if (!native) launch()
  const after = [backend.memory().wasmBytesInUse, backend.numDataIds()]
  if (String(after) !== String(before))
    throw new Error(`${after[0] - before[0]} bytes of wasm memory and ${after[1] - before[1]} data ids are left behind`)
  return { outputs, native }
}

/** False where the SIMD kernel refused. */
function withoutFallback(launch: () => void): boolean {
  configure({ fallback: 'error' })
  try {
    launch()
    return true
  } catch (error) {
    if (error instanceof Error && /has no SIMD version here/.test(error.message)) return false
    throw error
  } finally {
    configure({ fallback: 'silent' })
  }
}
