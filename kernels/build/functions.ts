import binaryen from 'binaryen'

// What every engine with WebAssembly SIMD has (Node 20 among them), and shared memory. More than that changes the bytes:
// with garbage collection on, types are written in groups that older engines refuse.
const f = binaryen.Features
const simd =
  f.MutableGlobals | f.NontrappingFPToInt | f.SignExt | f.BulkMemory | f.BulkMemoryOpt | f.SIMD128 | f.Atomics
const features = { simd, relaxed: simd | f.RelaxedSIMD }

/**
 * Makes calls of function values direct, and inlines them: AssemblyScript keeps a function value as an object in static
 * memory, so `f(v)` in an `@inline` function that got `f` as an arrow function would load the function's index and call
 * through the table, for every vector. Kernels keep only constants in static memory, so the index is folded. The `kernels` are
 * no longer exported: see `entrySource` in build.ts.
 */
export function inlineFunctionValues(bytes: Uint8Array, variant: 'simd' | 'relaxed', kernels: string[]): Uint8Array {
  binaryen.setOptimizeLevel(3)
  binaryen.setShrinkLevel(0)
  // Enough for a polynomial such as exp: what is passed to an inline loop is meant to be part of it.
  binaryen.setFlexibleInlineMaxSize(400)
  binaryen.setAllowInliningFunctionsWithLoops(false)
  binaryen.setDebugInfo(true)
  const before = binaryen.readBinaryWithFeatures(bytes, binaryen.Features.All)
  const text = before.emitText()
  before.dispose()
  const { values, others } = functionValues(text)
  const folded = others.replace(/\(i32\.load\s+\(i32\.const (\d+)\)\s*\)/g, (load, address: string) => {
    const index = values.get(Number(address))
    return index === undefined ? load : `(i32.const ${index})`
  })
  const direct = binaryen.parseText(folded)
  direct.setFeatures(features[variant])
  direct.runPasses(['directize'])
  direct.optimize()
  const calls = direct.emitText()
  direct.dispose()
  if (/call_indirect/.test(calls)) throw new Error('A kernel calls a function value that is not known at compile time')
  // Without the table it is seen which functions are called once, and which no more. A call for each vector is slow.
  const after = binaryen.parseText(calls.replaceAll(/^ \((elem|table) .*$/gm, ''))
  after.setFeatures(features[variant])
  after.runPasses(['remove-unused-module-elements', 'inlining-optimizing'])
  for (const kernel of kernels) after.removeExport(kernel)
  const result = after.emitBinary()
  if (!after.validate()) throw new Error(`The ${variant} build uses more than its engines have`)
  after.dispose()
  return result
}

const FUNCTION_BYTES = 32
const PAYLOAD_AT = 20

/** Address of the index in each function object in static memory -> that index in the function table; the text without the objects. */
function functionValues(text: string): { values: Map<number, number>; others: string } {
  const values = new Map<number, number>()
  const table = /\(elem [^(]*\(i32\.const (\d+)\)((?: \$[^ )]+)*)\)/.exec(text)
  const count = table ? Number(table[1]) + table[2].trim().split(' ').length : 0
  const others = text.replaceAll(
    /^ \(data \$\S+ \(i32\.const (\d+)\) "((?:[^"\\]|\\.)*)"\)\n/gm,
    (line, base: string, literal: string) => {
      const bytes = dataBytes(literal)
      if (bytes.length !== FUNCTION_BYTES) return line
      // Size of the block, two words of the collector, class id, size of the payload; then index in the table, environment.
      const [block, , , , payload, index, environment] = new Int32Array(bytes.buffer)
      if (block !== 28 || payload !== 8 || index <= 0 || index >= count || environment !== 0) return line
      values.set(Number(base) + PAYLOAD_AT, index)
      return ''
    },
  )
  return { values, others }
}

const escapes: Record<string, number> = { t: 9, n: 10, r: 13, '"': 34, "'": 39, '\\': 92 }

function dataBytes(literal: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = []
  for (const [token] of literal.matchAll(/\\[0-9a-f]{2}|\\.|[^\\]/g)) {
    if (token.length === 3) bytes.push(Number.parseInt(token.slice(1), 16))
    else if (token.length === 2) bytes.push(escapes[token[1]])
    else bytes.push(token.charCodeAt(0))
  }
  return Uint8Array.from(bytes)
}

/** The same module without its custom sections, the functions' names among them. */
export function withoutNames(bytes: Uint8Array): Uint8Array {
  const parts = [bytes.subarray(0, 8)]
  for (let at = 8; at < bytes.length; ) {
    const start = at
    let size = 0
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = bytes[++at]
      size |= (byte & 127) << shift
      more = byte > 127
    }
    at += 1 + size
    if (bytes[start] !== 0) parts.push(bytes.subarray(start, at))
  }
  return Buffer.concat(parts)
}
