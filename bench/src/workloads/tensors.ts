import * as tf from '@tensorflow/tfjs-core'
import type { OnnxWork, Workload } from '../measure/workload.ts'
import { int64, OnnxGraph } from '../onnx/graph.ts'
import { permuted, reordered } from '../onnx/layout.ts'
import { replaying } from './captured.ts'
import { uniform } from './random.ts'

interface Input {
  shape: readonly number[]
  /** Its values are uniform in [-limit, limit), or in (0, limit] where `positive`; limit is 1 where absent. */
  limit?: number
  positive?: boolean
  /** A weight: engines may prepare it once. */
  weight?: boolean
  /** Its axes in the order in which ONNX Runtime wants them. */
  axes?: readonly number[]
}

interface OnnxOutput {
  name: string
  shape: readonly number[]
  /** The output's axes in TensorFlow.js's order. */
  axes?: readonly number[]
}

export interface Operation extends Omit<Workload, 'tfjs' | 'onnx'> {
  inputs: readonly Input[]
  compute(inputs: tf.Tensor[], native: boolean): tf.Tensor
  /** The same as nodes of an ONNX graph, of inputs by their names. */
  nodes?(graph: OnnxGraph, inputs: string[]): OnnxOutput
}

/** A function of tensors as a workload, of the same numbers on every engine. No engine's output is read when it is timed. */
export function operation({ inputs, compute, nodes, ...named }: Operation): Workload {
  const values = () =>
    inputs.map(({ shape, limit, positive }, seed) => {
      const numbers = uniform(tf.util.sizeFromShape([...shape]), seed + 1, limit)
      return positive ? numbers.map((value) => Math.abs(value) + Number.EPSILON) : numbers
    })
  return {
    ...named,
    async tfjs(native) {
      const tensors = values().map((data, i) => tf.tensor(data, [...inputs[i].shape]))
      return {
        run: () => compute(tensors, native).dispose(),
        async output() {
          const result = compute(tensors, native)
          const data = result.dataSync()
          result.dispose()
          return data
        },
        dispose: () => tf.dispose(tensors),
      }
    },
    async captured() {
      const tensors = values().map((data, i) => tf.tensor(data, [...inputs[i].shape]))
      const given = inputs.flatMap(({ weight }, i) => (weight ? [] : [i]))
      const fn = (...fresh: tf.Tensor[]) =>
        compute(
          tensors.map((tensor, i) => (given.includes(i) ? fresh[given.indexOf(i)] : tensor)),
          true,
        )
      return replaying(
        fn,
        given.map((i) => tensors[i]),
        tensors,
      )
    },
    onnx: nodes && (async () => onnxWork(inputs, values(), nodes)),
  }
}

function onnxWork(inputs: readonly Input[], values: Float32Array[], nodes: NonNullable<Operation['nodes']>): OnnxWork {
  const graph = new OnnxGraph()
  const names = inputs.map(({ shape, axes, weight }, i) => {
    const [sizes, data] =
      axes === undefined ? [shape, values[i]] : [reordered(shape, axes), permuted(values[i], shape, axes)]
    return weight ? graph.constant(sizes, data) : graph.resident(sizes, data)
  })
  const { name, shape, axes } = nodes(graph, names)
  graph.output(name, shape)
  // One element of the output, since asking for all of it would copy all of it.
  const [from, to] = [0, 1].map((at) => graph.constant([shape.length], int64(shape.map(() => at))))
  const timed = graph.node('Slice', [name, from, to])
  graph.output(
    timed,
    shape.map(() => 1),
  )
  return {
    model: graph.model(),
    output: name,
    restore: axes && ((data) => permuted(data, shape, axes)),
    timed,
  }
}
