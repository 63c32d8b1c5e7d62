import { relaxed } from '../generated/relaxed.wasm.ts'
import { simd } from '../generated/simd.wasm.ts'
import { compileWide } from '../wide/engine.ts'
import type { Variant } from './features.ts'

const inlined: Record<Variant, string> = { simd, relaxed }
const compiled = new Map<string, Promise<WebAssembly.Module>>()

/** The compiled module of a variant, shared by all runtimes of this thread. `wide`: for 256-bit operations, see engine.ts. */
export function compileVariant(variant: Variant, shared: boolean, wide = false): Promise<WebAssembly.Module> {
  const key = `${variant} ${shared} ${wide}`
  let module = compiled.get(key)
  if (!module) {
    const bytes = decode(inlined[variant])
    if (!shared) clearSharedBit(bytes)
    module = wide ? Promise.resolve(compileWide(bytes)) : WebAssembly.compile(bytes)
    compiled.set(key, module)
  }
  return module
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** Turns the imported memory's limits from shared with maximum (flags 3) to unshared with maximum (flags 1), in place. */
function clearSharedBit(bytes: Uint8Array): void {
  let at = 8
  const leb = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const section = bytes[at++]
    const size = leb()
    if (section !== 2) {
      at += size
      continue
    }
    const imports = leb()
    for (let names = 0; names < 2; names++) {
      const length = leb()
      at += length
    }
    const kind = bytes[at++]
    if (imports !== 1 || kind !== 2) throw new Error('clearSharedBit: the memory is not the only import')
    if (bytes[at] !== 3) throw new Error(`clearSharedBit: the memory's flags are ${bytes[at]}, not 3`)
    bytes[at] = 1
    return
  }
  throw new Error('clearSharedBit: the module imports no memory')
}
