import { createRuntime } from '@lanewise/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LanewiseBackend } from './backend.ts'
import { nativeKernel, OutOfMemoryError } from './index.ts'

const MB = 1 << 20
const name = 'lanewise'

let backend: LanewiseBackend

/** Puts a backend in place of the registered one; `limit` is the most that its memory may grow to. */
async function use(limit?: number, shared = true): Promise<void> {
  if (tf.findBackendFactory(name)) tf.removeBackend(name)
  tf.registerBackend(name, async () => {
    const isolated = Reflect.get(globalThis, 'crossOriginIsolated')
    Reflect.set(globalThis, 'crossOriginIsolated', shared)
    backend = new LanewiseBackend(await createRuntime({ maximumBytes: limit }))
    Reflect.set(globalThis, 'crossOriginIsolated', isolated)
    return backend
  })
  expect(await tf.setBackend(name)).toBe(true)
  expect(backend.rt.shared).toBe(shared)
  tf.env().set('IS_TEST', true)
}

const numbers = (tensor: tf.Tensor) => Array.from(tensor.dataSync())

/** Puts a tensor's data into wasm memory. */
const upload = <T extends tf.Tensor>(tensor: T): T => {
  backend.ptr(tensor)
  return tensor
}

describe('data ids', () => {
  let inUse: number
  beforeEach(async () => {
    await use()
    inUse = backend.rt.heap.inUse
    tf.engine().startScope()
  })
  afterEach(() => {
    tf.engine().endScope()
    expect(backend.numDataIds()).toBe(0)
    expect(backend.rt.heap.inUse).toBe(inUse)
  })

  it('keep data in JavaScript until a SIMD kernel asks for it', () => {
    const x = tf.tensor([1, -2])
    expect(tf.memory()).toMatchObject({ unreliable: false, wasmBytesInUse: inUse })
    tf.abs(x)
    expect(backend.rt.heap.inUse).toBeGreaterThan(inUse)
    expect(numbers(x)).toEqual([1, -2])
  })

  it.each(['float32', 'int32', 'bool'] as const)('read back %s from wasm memory as it was written', (dtype) => {
    const values = dtype === 'bool' ? [1, 0, 1, 1, 0] : [3, -4, 0, 7, 1]
    const x = upload(tf.tensor(values, [5], dtype))
    expect(numbers(x)).toEqual(values)
    expect(x.dataSync().constructor).toBe(tf.tensor(values, [5], dtype).dataSync().constructor)
    expect(x.dataSync().buffer).toBeInstanceOf(ArrayBuffer)
  })

  it('store as their type says what was given as another: booleans as 0 and 1, integers without fraction', () => {
    expect(numbers(upload(tf.tensor(new Uint8Array([0, 1, 255]), [3], 'bool')))).toEqual([0, 1, 1])
    expect(numbers(upload(tf.tensor(new Uint8Array([0, 7, 255]), [3], 'int32')))).toEqual([0, 7, 255])
    expect(numbers(upload(tf.tensor(new Int32Array([-5, 6]), [2], 'float32')))).toEqual([-5, 6])
  })

  it('are shared by clone, reshape and expandDims, and freed with the last of them', () => {
    const x = upload(tf.tensor([1, 2, 3, 4]))
    const before = backend.rt.heap.inUse
    const others = [x.clone(), x.reshape([2, 2]), x.flatten()]
    expect(backend.rt.heap.inUse).toBe(before)
    expect(backend.numDataIds()).toBe(1)
    expect(backend.refCount(x.dataId)).toBe(4)
    x.dispose()
    for (const other of others) expect(numbers(other)).toEqual([1, 2, 3, 4])
    for (const other of others) other.dispose()
    expect(backend.rt.heap.inUse).toBe(inUse)
  })

  it('carry what was derived from them: filled once, freed with the data', () => {
    const x = tf.tensor([1, 2, 3])
    let fills = 0
    const derive = (info: tf.TensorInfo) =>
      backend.derived(info, 'doubled', 12, (ptr) => {
        fills++
        const from = backend.ptr(info) >>> 2
        for (let i = 0; i < 3; i++) backend.rt.f32[(ptr >>> 2) + i] = 2 * backend.rt.f32[from + i]
      })
    const ptr = derive(x)
    expect(derive(x.reshape([3, 1]))).toBe(ptr)
    expect(fills).toBe(1)
    expect(Array.from(backend.rt.f32.subarray(ptr >>> 2, (ptr >>> 2) + 3))).toEqual([2, 4, 6])
    expect(() =>
      backend.derived(x, 'broken', 64, () => {
        throw new Error('no')
      }),
    ).toThrow('no')
  })

  it('go to another backend and come back', async () => {
    const x = upload(tf.tensor([1, -2, 3]))
    backend.derived(x, 'anything', 64, () => {})
    await tf.setBackend('cpu')
    const y = tf.neg(x)
    expect(numbers(x)).toEqual([1, -2, 3])
    expect(backend.numDataIds()).toBe(0)
    expect(backend.rt.heap.inUse).toBe(inUse)
    await tf.setBackend(name)
    expect(numbers(tf.abs(x))).toEqual([1, 2, 3])
    expect(numbers(tf.abs(y))).toEqual([1, 2, 3])
  })

  it('whose type backend-cpu only relabelled are converted when a SIMD kernel asks', async () => {
    await tf.setBackend('cpu')
    const x = tf.tensor([1, -2, 3], [3], 'int32')
    const y = x.cast('float32')
    await tf.setBackend(name)
    expect(numbers(tf.abs(y))).toEqual([1, 2, 3])
    expect(numbers(tf.neg(x))).toEqual([-1, 2, -3])
  })

  it('stay whole when a hosted kernel returns a view of its input', () => {
    const x = upload(tf.tensor([1, 2, 3, 4, 5, 6], [3, 2]))
    const rows = tf.engine().runKernel('LinSpace', { x }, { start: 0, stop: 1, num: 2 } as never) as tf.Tensor
    expect(numbers(rows)).toEqual([0, 1])
    const halves = tf.unstack(x)
    x.dispose()
    upload(tf.zeros([64]))
    expect(halves.map(numbers)).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
  })

  it('are given back when a kernel throws', () => {
    const broken = nativeKernel('Broken', {
      run({ inputs: { x }, backend }) {
        backend.workspace(1 << 16)
        backend.output(x.shape, 'float32')
        backend.makeTensorInfo([1], 'float32', new Float32Array(1))
        throw new Error('broken inside')
      },
    })
    tf.registerKernel(broken.config)
    const x = upload(tf.tensor([1, 2]))
    const { inUse: bytes, blocks } = backend.rt.heap
    expect(() => tf.engine().runKernel('Broken', { x })).toThrow('broken inside')
    expect(backend.rt.heap).toMatchObject({ inUse: bytes, blocks })
    expect(backend.numDataIds()).toBe(1)
    expect(numbers(tf.abs(x))).toEqual([1, 2])
    tf.unregisterKernel('Broken', name)
  })
})

describe('wasm memory', () => {
  it.each([true, false])('may grow under live tensors (shared: %s)', async (shared) => {
    await use(undefined, shared)
    const x = upload(tf.tensor([1, -2, 3]))
    const y = tf.abs(x)
    const { buffer } = backend.rt.memory
    const large = upload(tf.zeros([40 * MB]))
    expect(backend.rt.memory.buffer).not.toBe(buffer)
    expect(numbers(y)).toEqual([1, 2, 3])
    expect(numbers(tf.neg(x))).toEqual([-1, 2, -3])
    expect(large.dataSync()[40 * MB - 1]).toBe(0)
  })

  it('that is full: OutOfMemoryError states the bytes, earlier tensors are intact, and the next call works', async () => {
    await use(32 * MB)
    const x = upload(tf.ones([5 * MB]))
    const small = upload(tf.tensor([1, -2, 3]))
    const { inUse } = backend.rt.heap
    const ids = backend.numDataIds()
    const attempt = () => tf.tidy(() => tf.neg(x))
    expect(attempt).toThrow(OutOfMemoryError)
    try {
      attempt()
    } catch (error) {
      expect(error).toMatchObject({ requested: 20 * MB, inUse, limit: 32 * MB })
    }
    expect(backend.numDataIds()).toBe(ids)
    expect(backend.rt.heap.inUse).toBe(inUse)
    expect(numbers(tf.abs(small))).toEqual([1, 2, 3])
    expect(x.dataSync()[5 * MB - 1]).toBe(1)
    x.dispose()
    const y = upload(tf.ones([2 * MB]))
    expect(tf.neg(y).dataSync()[2 * MB - 1]).toBe(-1)
  })

  it('refuses a tensor of more elements than kernels can count', async () => {
    await use()
    const inUse = backend.rt.heap.inUse
    const size = 2 ** 31
    expect(() => backend.output([size], 'bool')).toThrow(
      `A tensor of ${size} elements of bool is too large for lanewise`,
    )
    expect(backend.rt.heap.inUse).toBe(inUse)
  })

  it('is let go with the backend; tensors left over say why they can not be read', async () => {
    await use()
    const x = upload(tf.tensor([1, 2]))
    const memory = new WeakRef(backend.rt.memory)
    tf.removeBackend(name)
    expect(() => x.dataSync()).toThrow('was removed')
    x.dispose()
    backend = undefined as never
    const { setFlagsFromString } = await import('node:v8')
    const { runInNewContext } = await import('node:vm')
    setFlagsFromString('--expose-gc')
    await new Promise((resolve) => setTimeout(resolve, 10))
    runInNewContext('gc')()
    expect(memory.deref()).toBeUndefined()
    await use()
    expect(numbers(tf.neg(tf.tensor([1, 2])))).toEqual([-1, -2])
  })
})

it('reports the precision of float32', async () => {
  await use()
  expect(backend.floatPrecision()).toBe(32)
  expect(tf.backend().epsilon()).toBe(1e-7)
  const { kernelMs, wallMs } = await tf.time(() => tf.tidy(() => tf.abs(tf.ones([1000]))))
  expect(kernelMs).toBeGreaterThanOrEqual(0)
  expect(wallMs).toBeGreaterThanOrEqual(0)
})
