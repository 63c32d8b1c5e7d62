// Makes the checked builds, which only tests run: the published code, in which every load and store first asks a map of the
// memory whether it may. `node build/checked.ts`, after build.ts; what is up to date stays.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import binaryen from 'binaryen'
import type { CheckedCommand } from '../src/runtime/checked.ts'
import { fieldWords, HEADER_WORDS } from '../src/runtime/command.ts'
import { readOps } from './ops.ts'

const generated = join(dirname(fileURLToPath(import.meta.url)), '../src/generated')

/** Loads and stores of one instance: type, opcode, offset, lane. Atomics are the pool's own, and stay as they are. */
const ACCESS =
  /\((i32|i64|f32|f64|v128)\.((?:load|store)(?!\w*\.)\w*)(?: offset=(\d+))?(?: align=\d+)?(?: (\d+))?(?=[\s)])/g
const TYPE_BYTES: Record<string, number> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 }

/** Bytes that an opcode reads or writes. */
function bytesOf(type: string, op: string): number {
  const extend = /^load(\d+)x(\d+)_/.exec(op)
  if (extend) return (Number(extend[1]) * Number(extend[2])) / 8
  const part = /^(?:load|store)(\d+)/.exec(op)
  return part ? Number(part[1]) / 8 : TYPE_BYTES[type]
}

/** The function that stands in for an opcode: offset and address, then what the opcode takes. */
function standIn(name: string, type: string, op: string, lane: string | undefined): string {
  const isStore = op.startsWith('store')
  const value = isStore || lane !== undefined ? '(local.get $value)' : ''
  const parameters = `(param $offset i32) (param $address i32)${value && ` (param $value ${type})`}`
  const address = `(call $checked.at (local.get $address) (local.get $offset) (i32.const ${bytesOf(type, op)}) (i32.const ${Number(isStore)}))`
  return `(func $${name} ${parameters} ${isStore ? '' : `(result ${type})`}
    (${type}.${op} ${lane ?? ''} ${address} ${value}))`
}

// The map holds a byte for each 16 bytes of memory: how many of them, from the first on, may be read and written.
const IMPORTS = `
  (import "env" "map" (memory $map 1 65536))
  (import "env" "fault" (func $checked.fault (param i32 i32 i32)))
  (import "env" "range" (func $checked.range (param i32 i32 i32)))`
const FUNCTIONS = `
  (func $checked.at (param $address i32) (param $offset i32) (param $bytes i32) (param $write i32) (result i32)
    (local $at i32) (local $allowed i32) (local $end i32)
    (local.set $at (i32.add (local.get $address) (local.get $offset)))
    (local.set $allowed (i32.load16_u $map (i32.shr_u (local.get $at) (i32.const 4))))
    (local.set $end (i32.add (i32.and (local.get $at) (i32.const 15)) (local.get $bytes)))
    (if (i32.or
          (i32.lt_u (local.get $at) (local.get $address))
          (if (result i32) (i32.le_u (local.get $end) (i32.const 16))
            (then (i32.gt_u (local.get $end) (i32.and (local.get $allowed) (i32.const 255))))
            (else (i32.or
              (i32.ne (i32.and (local.get $allowed) (i32.const 255)) (i32.const 16))
              (i32.gt_u (i32.sub (local.get $end) (i32.const 16)) (i32.shr_u (local.get $allowed) (i32.const 8)))))))
      (then (call $checked.fault (local.get $at) (local.get $bytes) (local.get $write))))
    (local.get $at))
  (func $checked.copy (param $to i32) (param $from i32) (param $bytes i32)
    (call $checked.range (local.get $to) (local.get $bytes) (i32.const 1))
    (call $checked.range (local.get $from) (local.get $bytes) (i32.const 0))
    (memory.copy $memory $memory (local.get $to) (local.get $from) (local.get $bytes)))
  (func $checked.fill (param $to i32) (param $value i32) (param $bytes i32)
    (call $checked.range (local.get $to) (local.get $bytes) (i32.const 1))
    (memory.fill $memory (local.get $to) (local.get $value) (local.get $bytes)))`

export function instrument(bytes: Uint8Array): Uint8Array {
  binaryen.setDebugInfo(true)
  const plain = binaryen.readBinaryWithFeatures(bytes, binaryen.Features.All)
  const text = plain.emitText()
  plain.dispose()
  const standIns = new Map<string, string>()
  let memory = ''
  const calls = text
    .replace(ACCESS, (_, type: string, op: string, offset = '0', lane?: string) => {
      const name = `checked.${type}.${op}${lane === undefined ? '' : `.${lane}`}`
      if (!standIns.has(name)) standIns.set(name, standIn(name, type, op, lane))
      return `(call $${name} (i32.const ${offset})`
    })
    .replace(/\(memory\.(copy|fill)(?=\s)/g, '(call $checked.$1')
    .replace(/\(import "env" "memory" \(memory (\$\S+) [^)]*\)\)/, (line, name: string) => {
      memory = name
      return line + IMPORTS
    })
  const left = /\((?:i32|i64|f32|f64|v128)\.(?:load|store)[\w.]*|\(memory\.(?:copy|fill)/.exec(calls)
  if (left !== null) throw new Error(`The checked build leaves ${left[0]} unchecked`)
  const end = calls.lastIndexOf(')')
  const whole = `${calls.slice(0, end)}${FUNCTIONS.replaceAll('$memory', () => memory)}\n${[...standIns.values()].join('\n')})`
  const checked = binaryen.parseText(whole)
  checked.setFeatures(binaryen.Features.All & ~binaryen.Features.GC)
  binaryen.setOptimizeLevel(2)
  binaryen.setShrinkLevel(0)
  // Only the checks, and what they stand before.
  binaryen.setPassArgument('no-inline', 'src/*')
  checked.runPasses(['no-inline', 'inlining-optimizing'])
  if (!checked.validate()) throw new Error('The checked build is not valid')
  const result = checked.emitBinary()
  checked.dispose()
  return result
}

/** Where the pointers lie in each command, by the kernel's id. */
async function commands(): Promise<CheckedCommand[]> {
  const families = (await readOps()).flatMap((op) => op.families)
  return families.flatMap(({ kernels, fields }) => {
    const pointers: CheckedCommand['pointers'] = []
    let word = HEADER_WORDS
    for (const [field, type] of Object.entries(fields)) {
      if (type === 'ptr' || type === 'out') pointers.push({ field, word })
      word += fieldWords(type)
    }
    return kernels.map((kernel) => ({ kernel, words: word, pointers }))
  })
}

/** Brings generated/checked up to date. */
export async function buildChecked(): Promise<void> {
  const folder = join(generated, 'checked')
  const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)))
  const sources = (['simd', 'relaxed'] as const).map((variant) => ({
    variant,
    bytes: readFileSync(join(generated, `${variant}.wasm`)),
  }))
  for (const { bytes } of sources) hash.update(bytes)
  const table = JSON.stringify(await commands())
  const stamp = hash.update(table).digest('hex')
  const stampFile = join(folder, 'stamp')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return
  mkdirSync(folder, { recursive: true })
  const write = (file: string, data: string | Uint8Array) => {
    writeFileSync(join(folder, `${file}.new`), data)
    renameSync(join(folder, `${file}.new`), join(folder, file))
  }
  for (const { variant, bytes } of sources) write(`${variant}.wasm`, instrument(bytes))
  write('commands.json', table)
  write('stamp', stamp)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildChecked()

/** For vitest. */
export const setup = buildChecked
