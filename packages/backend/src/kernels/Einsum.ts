import {
  backend_util,
  Einsum,
  type EinsumAttrs,
  getKernel,
  Multiply,
  type NamedAttrMap,
  Sum,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { sizeOf } from '../data.ts'
import { matMul } from './matMul.ts'
import { transposed, view } from './move.ts'
import { nativeKernel, requireDtype } from './native.ts'

/** A tensor whose dimensions carry the numbers that tfjs-core gives the letters of an equation: those of the output first, in order. */
interface Term {
  info: TensorInfo
  labels: number[]
}

/**
 * Two terms become a batch of matrix products: batches are the letters that both terms and the output have, rows those of
 * the first term and the output, columns those of the second term and the output, and what both have and the output has
 * not is summed over.
 */
export const einsum = nativeKernel<TensorInfo[], EinsumAttrs>(Einsum, {
  accepts({ inputs, attrs: { equation } }) {
    const output = equation.replace(/\s/g, '').split('->')[1] ?? ''
    return (
      requireDtype('float32', { ...inputs }) ??
      (new Set(output).size < output.length ? 'a letter twice in the output' : undefined)
    )
  },
  run({ inputs, attrs: { equation }, backend }) {
    const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, inputs.length)
    backend_util.checkEinsumDimSizes(allDims.length, idDims, inputs as never)
    const outputs = allDims.length - summedDims.length
    const sizes: number[] = []
    inputs.forEach(({ shape }, i) => {
      idDims[i].forEach((label, d) => {
        sizes[label] = shape[d]
      })
    })
    const temporary: TensorInfo[] = []
    const keep = (info: TensorInfo) => {
      temporary.push(info)
      return info
    }

    /** Without what only this term has and the output has not. */
    const reduce = (info: TensorInfo, i: number): Term => {
      const labels = idDims[i]
      const gone = labels.filter(
        (label) => label >= outputs && !idDims.some((other, j) => j !== i && other.includes(label)),
      )
      if (gone.length === 0) return { info, labels }
      const axis = gone.map((label) => labels.indexOf(label))
      const x = call(Sum, { x: info }, backend, { axis, keepDims: false })
      // Where there was nothing to sum, x is the input under another shape, and counted.
      if (x.dataId === info.dataId) backend.disposeData(x.dataId)
      else keep(x)
      return { info: x, labels: labels.filter((label) => !gone.includes(label)) }
    }

    const order = Array.from({ length: outputs }, (_, label) => label)
    const shape = order.map((label) => sizes[label])
    const arrange = ({ info, labels }: Term, groups: number[][], outShape: number[]) => {
      const perm = groups.flat().map((label) => labels.indexOf(label))
      const from = labels.map((label) => sizes[label])
      const y = transposed(backend, info, from, perm, outShape)
      return y.dataId === info.dataId ? y : keep(y)
    }
    const extent = (labels: number[]) => sizeOf(labels.map((label) => sizes[label]))

    let result: TensorInfo
    const terms = inputs.map(reduce)
    if (terms.length === 1) result = arrange(terms[0], [order], shape)
    else {
      const [a, b] = terms
      const shared = a.labels.filter((label) => b.labels.includes(label)).sort((x, y) => x - y)
      const batches = shared.filter((label) => label < outputs)
      const summed = shared.filter((label) => label >= outputs)
      const rows = a.labels.filter((label) => !shared.includes(label)).sort((x, y) => x - y)
      const columns = b.labels.filter((label) => !shared.includes(label)).sort((x, y) => x - y)
      const [batch, m, n, k] = [batches, rows, columns, summed].map(extent)
      // A term that has its matrices the other way round is multiplied as it is.
      const isStored = ({ labels }: Term, groups: number[][]) => String(labels) === String(groups.flat())
      const transposeA = isStored(a, [batches, summed, rows])
      const transposeB = isStored(b, [batches, columns, summed])
      const left = transposeA ? view(a.info, [batch, k, m]) : arrange(a, [batches, rows, summed], [batch, m, k])
      const right = transposeB ? view(b.info, [batch, n, k]) : arrange(b, [batches, summed, columns], [batch, k, n])
      const product = keep(
        summed.length === 0
          ? call(Multiply, { a: view(left, [batch, m, 1]), b: view(right, [batch, 1, n]) }, backend)
          : matMul(Einsum, backend, { a: left, b: right, transposeA, transposeB }),
      )
      result = arrange({ info: product, labels: [...batches, ...rows, ...columns] }, [order], shape)
    }
    for (const info of temporary) if (info.dataId !== result.dataId) backend.disposeData(info.dataId)
    return inputs.some(({ dataId }) => dataId === result.dataId) ? backend.alias(result, shape) : result
  },
})

function call(
  name: string,
  inputs: Record<string, TensorInfo>,
  backend: LanewiseBackend,
  attrs: NamedAttrMap = {},
): TensorInfo {
  const { kernelFunc } = getKernel(name, 'lanewise')
  return kernelFunc({ inputs: inputs as never, attrs, backend }) as TensorInfo
}
