import type { Call, Content } from './call.ts'
import { contents, runOnCpu, runOnLanewise } from './call.ts'
import { rightWhereCpuErrs } from './faults.ts'
import { EXACT, type Tolerance, tolerances } from './tolerances.ts'
import { checkWinograd, mayBeWinograd, withoutWinograd } from './winograd.ts'

/** Below this magnitude, the least of normal numbers, any number stands for any other in what is not exact. */
const TINY = 2 ** -126
/** backend-cpu's elu is exp(x) - 1, which is that far off near zero. */
const EXP_MINUS_1 = 2 ** -52

/**
 * Runs the call on both backends, and throws where shape, type or a number differs, or only one of them refuses it. True
 * where a SIMD kernel ran. A convolution is computed directly, and then by Winograd's method, which has its own tolerance.
 */
export function check(kernel: string, call: Call): boolean {
  if (!mayBeWinograd(kernel, call)) return compare(kernel, call)
  const native = withoutWinograd(() => compare(kernel, call))
  if (native) checkWinograd(kernel, call)
  return native
}

function compare(kernel: string, call: Call): boolean {
  const inputs = contents(call)
  const cpu = attempt(() => runOnCpu(kernel, inputs, call.attrs))
  const right = attempt(() => rightWhereCpuErrs(kernel, inputs, call.attrs)) ?? cpu
  const ours = attempt(() => runOnLanewise(kernel, inputs, call.attrs))
  if (ours instanceof Error && right instanceof Error) return true
  // What falls back has backend-cpu's faults.
  if (ours instanceof Error && cpu instanceof Error && ours.message.includes(cpu.message)) return false
  if (ours instanceof Error) throw ours
  const { outputs: actual, native } = ours
  const expected = native ? right : cpu
  if (expected instanceof Error) throw new Error(`lanewise answers what backend-cpu refuses: ${expected.message}`)
  if (actual.length !== expected.length) throw new Error(`${actual.length} outputs, expected ${expected.length}`)
  const least = call.attrs.activation === 'elu' ? EXP_MINUS_1 : TINY
  const inexact = native ? (tolerances[kernel] ?? EXACT) : EXACT
  let magnitudes: Content[] | undefined
  const magnitudeOf = (output: number, i: number) => {
    magnitudes ??= termsOf(kernel, call, inexact)
    return magnitudes[output].values[i]
  }
  for (const [output, { shape, dtype, values }] of actual.entries()) {
    const e = expected[output]
    const what = `output ${output}`
    // Whole numbers are exact, whatever the kernel.
    const tolerance = e.dtype === 'float32' ? inexact : EXACT
    if (dtype !== e.dtype) throw new Error(`${what} is ${dtype}, expected ${e.dtype}`)
    if (String(shape) !== String(e.shape)) throw new Error(`${what} has shape [${shape}], expected [${e.shape}]`)
    if (values.length !== e.values.length)
      throw new Error(`${what} has ${values.length} values, expected ${e.values.length}`)
    for (let i = 0; i < values.length; i++) {
      const a = values[i]
      const b = e.values[i]
      if (Object.is(a, b)) continue
      if (tolerance.of === 'exact') {
        if (!(tolerance.zeros === 'alike' && a === b))
          throw new Error(`${what}[${i}] is ${show(a)}, expected ${show(b)}`)
        continue
      }
      if (a === b) continue
      const magnitude =
        tolerance.of === 'terms'
          ? magnitudeOf(output, i)
          : tolerance.of === 'one'
            ? Math.max(Math.abs(b), 1)
            : Math.abs(b)
      // What an epilogue makes of a sum may be larger than the sum.
      const most = tolerance.of === 'terms' ? magnitude + Math.abs(b) : magnitude
      if (Number.isFinite(b) && Math.abs(a - b) <= tolerance.error * most + least) continue
      throw new Error(`${what}[${i}] is ${show(a)}, expected ${show(b)} within ${tolerance.error} of ${magnitude}`)
    }
  }
  return native
}

/** What the kernel makes of its inputs' magnitudes: a bound of the sum of the magnitudes of the terms of each number. */
function termsOf(kernel: string, call: Call, tolerance: Tolerance): Content[] {
  const change = (tolerance.of === 'terms' && tolerance.magnitude) || magnitude
  const inputs = contents(call, (values, name) => {
    if (values instanceof Uint8Array) return values
    return values.map((x) => Math.min(change(x, name), values instanceof Int32Array ? 2 ** 31 - 1 : Infinity))
  })
  const attrs = 'activation' in call.attrs ? { ...call.attrs, activation: 'linear' } : call.attrs
  return rightWhereCpuErrs(kernel, inputs, attrs) ?? runOnCpu(kernel, inputs, attrs)
}

const magnitude = (x: number) => (Number.isFinite(x) ? Math.abs(x) : 0)
const show = (x: number) => (Object.is(x, -0) ? '-0' : String(x))

function attempt<T>(run: () => T): T | Error {
  try {
    return run()
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}
