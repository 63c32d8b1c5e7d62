import {
  createRuntime,
  fill,
  gemm,
  lstmStep,
  pad,
  type Runtime,
  runCast,
  runGather,
  runSoftmax,
  unary,
} from '@lanewise/kernels'
import { afterAll, beforeAll } from 'vitest'
import { any, describeRefusals } from './badInput.ts'

const create = (options: unknown) => () => createRuntime(options as never)

describeRefusals('createRuntime', [
  ['a string', create('simd'), 'createRuntime: takes an object of options, not simd'],
  ['null', create(null), 'createRuntime: takes an object of options, not null'],
  ['a list', create([]), 'createRuntime: takes an object of options, not a list'],
  [
    'an unknown option',
    create({ varient: 'simd' }),
    "createRuntime: there is no option 'varient'; there are variant, maximumBytes",
  ],
  [
    'variant: unknown',
    create({ variant: 'avx' }),
    /createRuntime: variant: 'avx' does not run on this engine; it runs .*simd/,
  ],
  ['threads: 0', create({ threads: 0 }), 'createRuntime: threads: 0 is not a whole number in [1, 256]'],
  ['threads: a string', create({ threads: '2' }), 'createRuntime: threads: 2 is not a whole number in [1, 256]'],
  ['wide: 1', create({ wide: 1 }), 'createRuntime: wide: 1 is not true or false'],
  ['maximumBytes: 0', create({ maximumBytes: 0 }), 'createRuntime: maximumBytes: 0 is not in [16777216, 4294967296]'],
  ['maximumBytes: 8 GB', create({ maximumBytes: 2 ** 33 }), 'createRuntime: maximumBytes: 8589934592 is not in'],
  ['maximumBytes: NaN', create({ maximumBytes: Number.NaN }), 'createRuntime: maximumBytes: NaN is not in'],
  ['maximumBytes: a string', create({ maximumBytes: '33554432' }), 'createRuntime: maximumBytes: 33554432 is not in'],
])

let rt: Runtime
let a = 0
let b = 0
beforeAll(async () => {
  rt = await createRuntime({ maximumBytes: 32 << 20 })
  a = rt.heap.alloc(4096)
  b = rt.heap.alloc(4096)
})
afterAll(() => {
  if (rt.heap.blocks !== 4) throw new Error(`${rt.heap.blocks} blocks are in use: a refused call left some`)
})

describeRefusals('Heap', [
  ['alloc: negative', () => rt.heap.alloc(-8), 'alloc: bytes: -8 is not a number of bytes, 0 or more'],
  ['alloc: NaN', () => rt.heap.alloc(Number.NaN), 'alloc: bytes: NaN is not a number of bytes, 0 or more'],
  [
    'alloc: nothing',
    () => rt.heap.alloc(any(undefined)),
    'alloc: bytes: undefined is not a number of bytes, 0 or more',
  ],
  ['alloc: a string', () => rt.heap.alloc(any('64')), 'alloc: bytes: 64 is not a number of bytes, 0 or more'],
  [
    'alloc: more than there may be',
    () => rt.heap.alloc(33 << 20),
    /^Out of wasm memory: 34603008 bytes asked, \d+ bytes in use, limit 33554432 bytes$/,
  ],
  ['alloc: Infinity', () => rt.heap.alloc(1 / 0), 'Out of wasm memory: Infinity bytes asked'],
  ['free: 0', () => rt.heap.free(0), 'free: address: 0 is not that of a block in use'],
  ['free: inside of a block', () => rt.heap.free(a + 64), /free: address: \d+ is not that of a block in use/],
  ['free: unaligned', () => rt.heap.free(a + 1), /free: address: \d+ is not that of a block in use/],
  [
    'free: twice',
    () => {
      const c = rt.heap.alloc(64)
      rt.heap.free(c)
      rt.heap.free(c)
    },
    /free: address: \d+ is not that/,
  ],
  ['free: behind the memory', () => rt.heap.free(2 ** 32), 'free: address: 4294967296 is not that of a block in use'],
  ['free: NaN', () => rt.heap.free(Number.NaN), 'free: address: NaN is not that of a block in use'],
  ['free: undefined', () => rt.heap.free(any(undefined)), 'free: address: undefined is not that of a block in use'],
  ['capacity: of no block', () => rt.heap.capacity(a + 128), /capacity: address: \d+ is not that of a block in use/],
])

const product = (wrong: () => object) => () => gemm(rt, { m: 4, n: 4, k: 4, a, b, c: b, ...wrong() })

describeRefusals('commands', [
  ['gemm: m NaN', product(() => ({ m: Number.NaN })), 'gemm: m: NaN is not a whole number, 0 or more'],
  ['gemm: n a fraction', product(() => ({ n: 1.5 })), 'gemm: n: 1.5 is not a whole number, 0 or more'],
  ['gemm: k absent', product(() => ({ k: undefined })), 'gemm: k: undefined is not a whole number, 0 or more'],
  ['gemm: m negative', product(() => ({ m: -4 })), 'gemm: m: -4 is not a whole number, 0 or more'],
  ['gemm: n negative', product(() => ({ n: -4 })), 'gemm: n: -4 is not a whole number, 0 or more'],
  ['gemm: a absent', product(() => ({ a: undefined })), 'gemm_f32: a: undefined is not an address'],
  ['gemm: b negative', product(() => ({ b: -64 })), 'gemm_f32: b: -64 is not an address'],
  ['gemm: c above 4 GB', product(() => ({ c: 2 ** 32 })), 'gemm_f32: c: 4294967296 is not an address'],
  [
    'gemm: an unknown activation',
    product(() => ({ activation: 'swish' })),
    "gemm: activation: 'swish' is not one of linear, relu, relu6, elu, leakyrelu, prelu, sigmoid, tanh, gelu",
  ],
  ['gemm: beyond the memory', product(() => ({ a: 2 ** 30 })), 'gemm_f32: its command reaches outside of the memory'],
  [
    'unary: an unknown kernel',
    () => unary(rt, any('gelu_f32'), a, b, 4),
    "runUnary: kernel: 'gelu_f32' is not one of abs_f32, neg_f32, square_f32",
  ],
  ['unary: n NaN', () => unary(rt, 'relu_f32', a, b, Number.NaN), 'relu_f32: n: NaN is not a whole number, 0 or more'],
  ['unary: n negative', () => unary(rt, 'relu_f32', a, b, -4), 'relu_f32: n: -4 is not a whole number, 0 or more'],
  ['unary: x a string', () => unary(rt, 'relu_f32', any('0'), b, 4), "relu_f32: x: '0' is not an address"],
  ['fill: bytes NaN', () => fill(rt, a, Number.NaN, 0), 'fill: bytes: NaN is not a whole number, 0 or more'],
  [
    'runSoftmax: columns absent',
    () => runSoftmax(rt, 'softmax_f32', 1, any({ x: a, y: b })),
    'softmax_f32: columns: undefined is not a whole number, 0 or more',
  ],
  [
    'runSoftmax: items negative',
    () => runSoftmax(rt, 'softmax_f32', -1, { x: a, y: b, columns: 4 }),
    'softmax_f32: items: -1 is not a whole number, 0 or more',
  ],
  [
    'runSoftmax: no fields',
    () => runSoftmax(rt, 'softmax_f32', 1, any(undefined)),
    'runSoftmax: fields: undefined is not an object',
  ],
  [
    'runSoftmax: no executor',
    () => runSoftmax(any(null), 'softmax_f32', 1, { x: a, y: b, columns: 4 }),
    'runSoftmax: exec: null is not an object',
  ],
  ['pad: no shape', () => pad(rt, a, b, any(undefined), [], 4, 0), 'pad: shape: undefined is not an object'],
  ['pad: no paddings', () => pad(rt, a, b, [2], any(undefined), 4, 0), 'pad: paddings: undefined is not an object'],
  ['pad: too few paddings', () => pad(rt, a, b, [2, 3], [[1, 1]], 4, 0), 'pad: paddings: 1 pairs for 2 dimensions'],
  ['gemm: no options', () => gemm(rt, any(undefined)), 'gemm: options: undefined is not an object'],
  [
    'gemm: no runtime',
    () => gemm(any(undefined), { m: 4, n: 4, k: 4, a, b, c: b }),
    'gemm: rt: undefined is not an object',
  ],
  [
    'runCast: an unknown kernel',
    () => runCast(rt, any('cast_f32_f16'), 1, { x: a, y: b, n: 4 }),
    "runCast: kernel: 'cast_f32_f16' is not one of cast_f32_i32, cast_i32_f32, cast_bool_f32",
  ],
  [
    'runGather: run null',
    () => runGather(rt, 'gather_rows', 1, any({ x: a, indices: b, y: b, outer: 1, dim: 1, n: 1, run: null })),
    'gather_rows: run: null is not a whole number, 0 or more',
  ],
  [
    'lstmStep: an unknown activation',
    () =>
      lstmStep(rt, {
        ...{ rows: 1, steps: 1, units: 4, gates: a, panels: a, hLast: b, cLast: b },
        activation: any('gelu'),
      }),
    "lstmStep: activation: 'gelu' is not one of linear, relu, tanh, sigmoid, hardSigmoid",
  ],
])
