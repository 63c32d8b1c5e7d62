import { existsSync, globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  engine,
  getGradient,
  getKernelsForBackend,
  grads,
  setBackend,
  sum,
  type Tensor,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import '../src/index.ts'
import { nativeKernels } from '../src/kernels/index.ts'
import { calls } from './calls.ts'
import { customGradients } from './customGradients.ts'
import { type Recorded, record } from './record.ts'

const kernelsPackage = new URL('../../../kernels/src/', import.meta.url)
const dtypes = ['float32', 'int32', 'bool', 'string', 'complex64']

/** What the support table says of a kernel. */
export interface Row {
  kernel: string
  native: boolean
  /** Types of its data that SIMD kernels cover. */
  dtypes: string[]
  /** Folders of kernels/src that it runs. */
  ops: string[]
  /** Kernels that its gradient launches; undefined where it has none. */
  gradient: string[] | undefined
}

/** A row for every kernel of the backend `lanewise`, by name, from the code: its launches, and the calls that it accepts. */
export async function rows(): Promise<Row[]> {
  await setBackend('lanewise')
  const launches = Object.values(calls).flatMap((call) => record(() => tidy(() => void call())))
  const folders = await foldersOfKernels()
  const native = new Map(nativeKernels.map((kernel) => [kernel.name, kernel]))
  return getKernelsForBackend('lanewise')
    .map(({ kernelName: kernel }): Row => {
      const known = native.get(kernel)
      const own = launches.filter((launch) => launch.kernel === kernel)
      if (known === undefined)
        return { kernel, native: false, dtypes: [], ops: [], gradient: getGradient(kernel) ? [] : undefined }
      if (own.length === 0) throw new Error(`No call in support/calls.ts launches ${kernel}`)
      const accepted = dtypes.filter((dtype) =>
        own.some((launch) => {
          const { inputs, attrs } = retyped(launch, dtype)
          return known.accepts({ inputs, attrs } as never) === undefined
        }),
      )
      const ops = new Set(own.flatMap(({ simd }) => [...simd].map((name) => folders.get(name) as string)))
      return { kernel, native: true, dtypes: accepted, ops: [...ops].sort(), gradient: gradientOf(kernel, own) }
    })
    .sort((a, b) => (a.kernel < b.kernel ? -1 : 1))
}

/**
 * The call with other types: those inputs that have the type of its data, which is float32 if any input is, else the first
 * input's. A call without inputs has it as an attribute.
 */
function retyped({ inputs, isList, attrs }: Recorded, dtype: string): { inputs: unknown; attrs: unknown } {
  const infos = Object.entries(inputs)
  const data = dataType(inputs)
  const changed = Object.fromEntries(
    infos.map(([name, info]) => [name, info && (info.dtype === data ? { ...info, dtype } : info)]),
  )
  return {
    inputs: isList ? Object.values(changed) : changed,
    attrs: infos.length === 0 ? { ...attrs, dtype } : attrs,
  }
}

function dataType(inputs: Recorded['inputs']): string | undefined {
  const given = Object.values(inputs).filter((info) => info !== null)
  return given.some(({ dtype }) => dtype === 'float32') ? 'float32' : given[0]?.dtype
}

/** The kernels that the gradient of a launch runs, beyond the launch itself. */
function gradientOf(kernel: string, launches: Recorded[]): string[] | undefined {
  const custom = customGradients[kernel]
  if (getGradient(kernel) === undefined && custom === undefined) return undefined
  if (custom !== undefined) return kernelsOf(custom, kernel)
  let failure: unknown
  for (const launch of launches) {
    try {
      return kernelsOf(() => differentiate(launch), kernel)
    } catch (error) {
      failure = error
    }
  }
  throw new Error(`No call in support/calls.ts gives ${kernel} a gradient`, { cause: failure })
}

function kernelsOf(run: () => void, besides: string): string[] {
  const names = record(() => tidy(run)).map(({ kernel }) => kernel)
  return [...new Set(names.filter((name) => name !== besides))].sort()
}

function differentiate({ kernel, inputs, isList, attrs }: Recorded): void {
  const entries = Object.entries(inputs)
  const tensors = entries.map(([, info]) => info && tensor(info.values, info.shape, info.dtype as 'float32'))
  const data = dataType(inputs)
  const variable = entries.flatMap(([, info], i) => (info?.dtype === data ? [i] : []))
  grads((...given: Tensor[]) => {
    const all = tensors.slice()
    for (const [at, i] of variable.entries()) all[i] = given[at]
    const named = isList ? all : Object.fromEntries(entries.map(([name], i) => [name, all[i]]))
    const outputs = [engine().runKernel(kernel, named as never, attrs as never) as Tensor | Tensor[]].flat()
    return sum(outputs.find(({ dtype }) => dtype === 'float32') ?? outputs[0])
  })(variable.map((i) => tensors[i] as Tensor))
}

/** In which folder of kernels/src each SIMD kernel is declared. */
async function foldersOfKernels(): Promise<Map<string, string>> {
  const folders = new Map<string, string>()
  for (const file of globSync('*/command.ts', { cwd: fileURLToPath(kernelsPackage) }).sort()) {
    const [folder] = file.split(/[\\/]/)
    if (folder === 'runtime') continue
    const families = (await import(new URL(file, kernelsPackage).href)) as Record<string, { kernels?: string[] }>
    for (const family of Object.values(families)) for (const name of family?.kernels ?? []) folders.set(name, folder)
    if (!existsSync(new URL(`${folder}/${folder}.test.ts`, kernelsPackage)))
      throw new Error(`kernels/src/${folder} has no test`)
  }
  return folders
}
