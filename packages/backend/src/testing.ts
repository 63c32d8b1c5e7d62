import { env, memory, setBackend, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { configure, info } from './index.ts'

type Result = Tensor | Tensor[]

interface Read {
  shape: number[]
  dtype: string
  values: ArrayLike<number>
}

/**
 * Runs `fn`, which makes its own inputs, on `lanewise` and on backend-cpu, and throws where shape, dtype or values differ:
 * |actual - expected| / max(|expected|, 1) may be `tolerance`; NaN and infinities must agree. Kernels that fall back are
 * an error unless `fallback` says otherwise; so are data ids and wasm memory that are left behind.
 */
export async function compareWithCpu(
  fn: () => Result,
  tolerance = 0,
  { fallback = 'error' as 'silent' | 'error' } = {},
): Promise<void> {
  const expected = await runOn('cpu', fn)
  configure({ fallback })
  let actual: Read[]
  try {
    actual = await runOn('lanewise', fn)
  } finally {
    configure({ fallback: 'silent' })
  }
  if (actual.length !== expected.length) throw new Error(`${actual.length} outputs, expected ${expected.length}`)
  for (const [i, output] of actual.entries()) compare(`output ${i}`, output, expected[i], tolerance)
}

async function runOn(name: string, fn: () => Result): Promise<Read[]> {
  if (!(await setBackend(name))) throw new Error(`Backend ${name} did not start`)
  env().set('IS_TEST', true)
  const buffers = memory().numDataBuffers
  const bytes = info().memory.bytesInUse
  let read: Read[] = []
  tidy(() => {
    const result = fn()
    read = (Array.isArray(result) ? result : [result]).map(readTensor)
  })
  if (memory().numDataBuffers !== buffers)
    throw new Error(`${name}: ${memory().numDataBuffers - buffers} buffers leaked`)
  if (info().memory.bytesInUse !== bytes)
    throw new Error(`${name}: ${info().memory.bytesInUse - bytes} bytes of wasm memory leaked`)
  return read
}

function readTensor(tensor: Tensor): Read {
  return { shape: tensor.shape, dtype: tensor.dtype, values: Array.from(tensor.dataSync() as ArrayLike<number>) }
}

function compare(what: string, actual: Read, expected: Read, tolerance: number): void {
  if (actual.dtype !== expected.dtype) throw new Error(`${what} is ${actual.dtype}, expected ${expected.dtype}`)
  if (String(actual.shape) !== String(expected.shape))
    throw new Error(`${what} has shape [${actual.shape}], expected [${expected.shape}]`)
  if (actual.values.length !== expected.values.length)
    throw new Error(`${what} has ${actual.values.length} values, expected ${expected.values.length}`)
  for (let i = 0; i < actual.values.length; i++) {
    const a = actual.values[i]
    const e = expected.values[i]
    if (a === e || (Number.isNaN(a) && Number.isNaN(e))) continue
    const error = Math.abs(a - e) / Math.max(Math.abs(e), 1)
    if (!(error <= tolerance)) throw new Error(`${what}[${i}] is ${a}, expected ${e} within ${tolerance} relative`)
  }
}
