import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { NEEDED, whyNotWide } from './engine.ts'

/** Functions of the wasm build, by file and name, whose vectors V8 has to pair. */
const hot = [
  ...[2, 4].flatMap((size) =>
    [`input_${size}x${size}`, `output_${size}x${size}`].map((name) => `winograd/points${size}_wide.as/${name}_wide`),
  ),
  ...[3, 5].map((size) => `winograd/points4_wide.as/output_${size}x${size}_wide`),
  ...['tile', 'window', 'outer'].flatMap((kind) =>
    ['3x16', '4x16', '5x16', '6x16', '12x8'].map((size) => `generated/tiles.as/${kind}_f32_${size}`),
  ),
  ...['6x8', '4x24', '3x32', '2x48'].map((size) => `generated/tiles.as/tile_f32_${size}`),
  ...['8x1', '4x2', '3x3'].map((size) => `generated/tiles.as/halves_f32_${size}`),
  'gemm/tile_low.as/tile_f32_1x8',
  'gemm/tile_low.as/tile_f32_2x8',
  'gemm/shallow_wide.as/shallow_f32_wide',
  'gemm/epilogue.as/activate_f32',
  ...['', '_relu', '_relu6'].map((name) => `gemm/normalize.as/normalize_f32${name}`),
  'gemv/dots.as/dotsWide',
  'gemv/rows.as/rows',
  'gemv/panels.as/fourPanels',
  'lstm/product.as/product',
  'lstm/step.as/tanhSigmoid',
  'lstm/step.as/tanhHardSigmoid',
  'depthwise/dot.as/dot_rectangle_f32',
  'depthwise/pixels.as/dot_pixels_f32',
  'depthwise/pixels.as/dot_pixels_f32_3',
  'depthwise/multiplied.as/dot_multiplied_f32_6',
  'depthwise/taps.as/dot_taps_f32',
  'attention/rows.as/expRow',
  'attention/columns.as/multiplyColumns',
  'batchnorm/batchnorm.as/fourRows',
  'batchnorm/batchnorm.as/eightRows',
  'softmax/softmax.as/softmax_f32',
  'pool/pool.as/maxpool_f32_nhwc',
  'pool/pool.as/avgpool_f32_nhwc',
  'pool/shared_rows.as/eachWindow',
  ...['add', 'sub', 'mul', 'div', 'maximum', 'minimum'].map((name) => `binary/float32.as/${name}_f32`),
  ...['relu', 'relu6', 'leakyrelu', 'sqrt', 'square', 'clip'].map((name) => `unary/simple.as/${name}_f32`),
  ...['exp', 'log', 'tanh', 'sigmoid', 'erf', 'elu', 'softplus'].map((name) => `unary/smooth.as/${name}_f32`),
]

interface Trace {
  /** Trees of operations that V8 could not pair, and what it said of the last of them. */
  refused: number
  reason: string
  /** Operations that it paired. */
  paired: number
  /** Pairs whose lower half it stores twice, because that is stored first: a store of 256 bits must not be done by half where it traps. */
  twice: number
}

/** What V8 says when it compiles the build `relaxed` for 256-bit operations, function by function. */
function traces(): Map<string, Trace> {
  const file = fileURLToPath(new URL('../generated/relaxed.wasm', import.meta.url))
  const program = `new WebAssembly.Module(require('node:fs').readFileSync(${JSON.stringify(file)}))`
  const flags = [...NEEDED, '--single-threaded', '--trace-wasm-revectorize']
  const output = execFileSync(process.execPath, [...flags, '-e', program], { encoding: 'utf8', maxBuffer: 1 << 28 })
  const found = new Map<string, Trace>()
  let trace: Trace | undefined
  for (const line of output.split('\n')) {
    const name = /^Begin revec function src\/(\S+)/.exec(line)?.[1]
    if (name !== undefined) {
      trace = { refused: 0, reason: '', paired: 0, twice: 0 }
      found.set(name, trace)
    }
    if (trace === undefined) continue
    trace.reason = /CanBePacked.*?: (.*)|Unsupported.*/.exec(line)?.[0] ?? trace.reason
    if (line.includes('Build tree failed')) trace.refused++
    const [, lower, upper] = /NewPackNode .*PackNode Store\(#(\d+), #(\d+)\)/.exec(line) ?? []
    if (Number(lower) < Number(upper)) trace.twice++
    trace.paired += Number(/Decided? to vectorize, (\d+) revectorizable nodes/.exec(line)?.[1] ?? 0)
  }
  return found
}

describe.runIf(whyNotWide() === undefined)('V8 pairs the vectors of', () => {
  let found: Map<string, Trace>
  beforeAll(() => {
    found = traces()
  })

  it.each(hot)('%s', (name) => {
    const trace = found.get(name)
    expect(trace, 'V8 does not mention it').toBeDefined()
    expect(trace).toMatchObject({ refused: 0, reason: '', twice: 0 })
    expect(trace?.paired).toBeGreaterThan(0)
  })
})
