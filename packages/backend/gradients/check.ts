import { addN, grads, mul, setBackend, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { configure } from '../src/index.ts'
import { type GradientCase, type Input, wave } from './case.ts'

/** |gradient - expected| may be that times the expected number, or times the mean magnitude of the gradient if that is more. */
export const FINITE_ERROR = 2e-5
export const CPU_ERROR = 2e-5

/** Of central differences in double precision, whose own error is then below 1e-8. */
const STEP = 1e-4

type Numbers = ArrayLike<number>

/** Compares the gradients on `lanewise`, kernels that fall back being an error unless `fallback`, with finite differences and backend-cpu. */
export async function checkGradients(c: GradientCase, fallback = false): Promise<void> {
  await setBackend('cpu')
  const cpu = c.notCpu ? undefined : tidy(() => differentiate(c, c.onCpu ?? c.f))
  const expected = c.onlyCpu ? undefined : c.double ? doubleDifferences(c) : wholeDifferences(c)
  await setBackend('lanewise')
  configure({ fallback: fallback ? 'silent' : 'error' })
  try {
    const actual = tidy(() => differentiate(c))
    for (const [i, gradient] of actual.entries()) {
      if (expected) close(`gradient ${i} and finite differences`, gradient, expected[i], c.double ? FINITE_ERROR : 0)
      if (cpu) close(`gradient ${i} and backend-cpu's`, gradient, cpu[i], CPU_ERROR)
    }
  } finally {
    configure({ fallback: 'silent' })
  }
}

/** What each number of each output weighs in the sum that is differentiated. Whole for whole inputs. */
function weight({ double, onlyCpu }: GradientCase, output: number, i: number): number {
  const w = wave(100 + output, i)
  return double || onlyCpu ? Math.fround(w) : Math.round(8 * w)
}

const isVariable = ({ dtype = 'float32' }: Input) => dtype === 'float32'
const tensorOf = ({ values, shape, dtype }: Input) => tensor(values, shape, dtype as 'float32')

/** The gradient of each input on the active backend. */
export function differentiate(c: GradientCase, f = c.f): Float32Array[] {
  const fixed = c.inputs.map(tensorOf)
  const loss = (...variables: Tensor[]) => {
    let next = 0
    const outputs = [f(...c.inputs.map((input, i) => (isVariable(input) ? variables[next++] : fixed[i])))].flat()
    return addN(
      outputs.map((y, o) => {
        const weights = Float32Array.from({ length: y.size }, (_, i) => weight(c, o, i))
        return sum(mul(y, tensor(weights, y.shape)))
      }),
    )
  }
  return grads(loss)(fixed.filter((_, i) => isVariable(c.inputs[i]))).map((gradient) =>
    gradient.dataSync<'float32'>().slice(),
  )
}

function doubleDifferences(c: GradientCase): Float64Array[] {
  const xs = c.inputs.map(({ values }) => Float64Array.from(values))
  const loss = () => total(c, c.double?.(...xs) as Numbers[])
  return variables(c, xs, (x, i) => {
    const at = x[i]
    x[i] = at + STEP
    const above = loss()
    x[i] = at - STEP
    const below = loss()
    x[i] = at
    return (above - below) / (2 * STEP)
  })
}

function wholeDifferences(c: GradientCase): Float64Array[] {
  const xs = c.inputs.map(({ values }) => Float64Array.from(values))
  const loss = () =>
    tidy(() => {
      const given = c.inputs.map((input, i) => tensor(Array.from(xs[i]), input.shape, input.dtype as 'float32'))
      const outputs = [(c.onCpu ?? c.f)(...given)].flat()
      return total(
        c,
        outputs.map((y) => y.dataSync()),
      )
    })
  const start = loss()
  return variables(c, xs, (x, i) => {
    x[i]++
    const difference = loss() - start
    x[i]--
    return difference
  })
}

/** For each input that is differentiated by, what `derive` gives for each of its numbers. */
function variables(
  c: GradientCase,
  xs: Float64Array[],
  derive: (x: Float64Array, i: number) => number,
): Float64Array[] {
  return xs.filter((_, i) => isVariable(c.inputs[i])).map((x) => x.map((_, i) => derive(x, i)))
}

function total(c: GradientCase, outputs: Numbers[]): number {
  let loss = 0
  for (const [o, y] of outputs.entries()) for (let i = 0; i < y.length; i++) loss += weight(c, o, i) * y[i]
  return loss
}

function close(what: string, actual: Numbers, expected: Numbers, tolerance: number): void {
  if (actual.length !== expected.length) throw new Error(`${what}: ${actual.length} numbers, not ${expected.length}`)
  let mean = 0
  for (let i = 0; i < expected.length; i++) mean += Math.abs(expected[i]) / expected.length
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i], expected[i]]
    if (!(Math.abs(a - e) <= tolerance * Math.max(Math.abs(e), mean)))
      throw new Error(`${what} differ: [${i}] is ${a}, expected ${e} within ${tolerance} relative (mean ${mean})`)
  }
}
