import { configure, type LanewiseBackend, nativeKernel } from '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'
import { describeRefusals, gone, ones } from './badInput.ts'

const set = (options: unknown) => () => configure(options as never)

describeRefusals('configure', [
  [
    'an unknown option',
    set({ treads: 2 }),
    "configure: there is no option 'treads'; there are fallback, wide, threads",
  ],
  ['accelerate: a text', set({ accelerate: 'off' }), "configure: accelerate is 'off'; it may be true or false"],
  ['accelerate: null', set({ accelerate: null }), 'configure: accelerate is null; it may be true or false'],
  ['an inherited name', set({ toString: 1 }), "configure: there is no option 'toString'"],
  ['no options', set(undefined), 'configure: takes an object of options, not undefined'],
  ['null', set(null), 'configure: takes an object of options, not null'],
  ['a string', set('warn'), "configure: takes an object of options, not 'warn'"],
  ['an array', set(['warn']), "configure: takes an object of options, not ['warn']"],
  ['fallback: an unknown mode', set({ fallback: 'loud' }), "fallback is 'loud'; it may be 'silent', 'warn' or 'error'"],
  ['fallback: null', set({ fallback: null }), "fallback is null; it may be 'silent', 'warn' or 'error'"],
  ['wide: a string', set({ wide: 'yes' }), "wide is 'yes'; it may be true or false"],
  ['wide: 1', set({ wide: 1 }), 'wide is 1; it may be true or false'],
  ['wide, in use', set({ wide: true }), 'wide can not change once the backend is in use; set it before tf.setBackend'],
  ['winograd: 1', set({ winograd: 1 }), 'winograd is 1; it may be true or false'],
  ['threads: 0', set({ threads: 0 }), "threads is 0; it may be 'auto' or a whole number"],
  ['threads: 1.5', set({ threads: 1.5 }), "threads is 1.5; it may be 'auto' or a whole number"],
  ['threads: NaN', set({ threads: Number.NaN }), "threads is NaN; it may be 'auto' or a whole number"],
  ["threads: 'all'", set({ threads: 'all' }), "threads is 'all'; it may be 'auto' or a whole number"],
  ['threads, in use', set({ threads: 2 }), 'threads can not change once the backend is in use'],
])

// For writers of kernels

const backend = () => tf.backend() as unknown as LanewiseBackend

describeRefusals('LanewiseBackend', [
  ['ptr: a string tensor', () => backend().ptr(tf.tensor(['a'])), 'A string tensor has no numbers in wasm memory'],
  [
    'ptr: a complex tensor',
    () => backend().ptr(tf.complex([1], [2])),
    'A complex64 tensor has no numbers in wasm memory',
  ],
  ['ptr: disposed', () => backend().ptr(gone([2])), 'disposed'],
  ['values: a string tensor', () => backend().values(tf.tensor(['a'])), 'A string tensor has no numbers'],
  ['values: disposed', () => backend().values(gone([2])), 'disposed'],
  [
    'output: a negative size',
    () => backend().output([2, -1], 'float32'),
    'output: shape: [2, -1] is not a list of whole numbers, 0 or more',
  ],
  [
    'output: NaN',
    () => backend().output([Number.NaN], 'float32'),
    'output: shape: [NaN] is not a list of whole numbers',
  ],
  ['output: a fraction', () => backend().output([1.5, 2], 'int32'), 'output: shape: [1.5, 2] is not a list of whole'],
  [
    'output: no shape',
    () => backend().output(undefined as never, 'int32'),
    'output: shape: undefined is not a list of',
  ],
  ['output: string', () => backend().output([2], 'string'), "output: dtype: 'string' does not live in wasm memory"],
  [
    'output: an unknown dtype',
    () => backend().output([2], 'float16' as never),
    "output: dtype: 'float16' does not live in wasm",
  ],
  [
    'output: 2^40 elements',
    () => backend().output([2 ** 20, 2 ** 20], 'float32'),
    /Out of wasm memory: 4398046511104 bytes asked, \d+ bytes in use/,
  ],
  [
    'alias: another size',
    () => backend().alias(ones([2, 3]), [7]),
    'alias: shape: [7] has 7 elements, the tensor of shape [2, 3] has 6',
  ],
  ['alias: disposed', () => backend().alias(gone([2]), [2]), 'disposed'],
  ['workspace: negative', () => backend().workspace(-1), 'alloc: bytes: -1 is not a number of bytes, 0 or more'],
  ['workspace: NaN', () => backend().workspace(Number.NaN), 'alloc: bytes: NaN is not a number of bytes, 0 or more'],
  ['release: no workspace', () => backend().release(64), 'release: 64 is not a workspace'],
  [
    'derived: undefined bytes',
    () => backend().derived(ones([2]), 'k', undefined as never, () => {}),
    'alloc: bytes: undefined',
  ],
  [
    'derived: fill fails',
    () =>
      backend().derived(ones([2]), 'k', 64, () => {
        throw new Error('fill: no')
      }),
    'fill: no',
  ],
  ['derived: disposed', () => backend().derived(gone([2]), 'k', 64, () => {}), 'disposed'],
  ['readSync: disposed', () => backend().readSync(gone([2]).dataId), 'disposed'],
  ['dataSync: disposed', () => gone([2]).dataSync(), 'disposed'],
  [
    'nativeKernel: no name',
    () => nativeKernel('', { run: () => [] }),
    "nativeKernel: name: '' is not a string with content",
  ],
  [
    'nativeKernel: no run',
    () => nativeKernel('Hypot', {} as never),
    'nativeKernel: run: expected a function, got undefined',
  ],
  [
    'nativeKernel: no kernel',
    () => nativeKernel('Hypot', undefined as never),
    'nativeKernel: run: expected a function, got undefined',
  ],
  [
    'nativeKernel: accepts',
    () => nativeKernel('Hypot', { accepts: true, run: () => [] } as never),
    'nativeKernel: accepts: expected a function',
  ],
  [
    'an unknown kernel',
    () => tf.engine().runKernel('Hypot', {}),
    "Kernel 'Hypot' not registered for backend 'lanewise'",
  ],
  [
    'an unknown backend',
    () => tf.engine().findBackend('lanes') ?? tf.setBackend('lanes'),
    "Backend name 'lanes' not found in registry",
  ],
])
