import { bytes, float, int, ints, message, text, together, type Wire } from './protobuf.ts'

export type Values = Float32Array | Int32Array | BigInt64Array
export type Attribute = number | string | readonly number[] | readonly string[] | { float: number }

const IR_VERSION = 8
const OPSET = 17

// AttributeProto.AttributeType
const FLOAT = 1
const INT = 2
const STRING = 3
const INTS = 7
const STRINGS = 8

// TensorProto.DataType
function dataType(values: Values): number {
  if (values instanceof Float32Array) return 1
  return values instanceof Int32Array ? 6 : 7
}

/** Integers as ONNX wants them where they are shapes, axes or bounds. */
export const int64 = (values: readonly number[]) => BigInt64Array.from(values, BigInt)

/** An ONNX model being written: values have names, and a node returns that of its output. */
export class OnnxGraph {
  private readonly nodes: Wire[] = []
  private readonly inputs: Wire[] = []
  private readonly outputs: Wire[] = []
  private readonly initializers: Wire[] = []
  private names = 0

  /** A float32 input, to be given at each run. */
  input(name: string, shape: readonly number[]): string {
    this.inputs.push(valueInfo(11, name, shape))
    return name
  }

  /**
   * An input that has these values unless it is given others. It lies in the engine's memory, so a run copies nothing; and the engine
   * can not take it for a constant, as it does an initializer that is no input.
   */
  resident(shape: readonly number[], values: Float32Array): string {
    const name = this.constant(shape, values)
    this.inputs.push(valueInfo(11, name, shape))
    return name
  }

  constant(shape: readonly number[], values: Values): string {
    const name = this.name()
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    this.initializers.push(message(5, ints(1, shape), int(2, dataType(values)), text(8, name), bytes(9, raw)))
    return name
  }

  /** A whole attribute is an integer: a number that happens to be whole where a float is due is `{ float: 1 }`. */
  node(type: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}): string {
    return this.nodeOf(type, inputs, attributes, 1)[0]
  }

  nodeOf(type: string, inputs: readonly string[], attributes: Record<string, Attribute>, outputs: number): string[] {
    const names = Array.from({ length: outputs }, () => this.name())
    this.nodes.push(
      message(
        1,
        ...inputs.map((name) => text(1, name)),
        ...names.map((name) => text(2, name)),
        text(4, type),
        ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      ),
    )
    return names
  }

  output(name: string, shape: readonly number[]): string {
    this.outputs.push(valueInfo(12, name, shape))
    return name
  }

  model(): Uint8Array {
    return together(
      int(1, IR_VERSION),
      text(2, 'lanewise'),
      message(7, ...this.nodes, text(2, 'graph'), ...this.initializers, ...this.inputs, ...this.outputs),
      message(8, text(1, ''), int(2, OPSET)),
    )
  }

  private name(): string {
    return `v${this.names++}`
  }
}

function valueInfo(field: number, name: string, shape: readonly number[]): Wire {
  const dims = shape.map((size) => message(1, int(1, size)))
  return message(field, text(1, name), message(2, message(1, int(1, 1), message(2, ...dims))))
}

function attribute(name: string, value: Attribute): Wire {
  return message(5, text(1, name), ...attributeValue(value))
}

function attributeValue(value: Attribute): Wire[] {
  if (typeof value === 'string') return [text(4, value), int(20, STRING)]
  if (typeof value === 'number')
    return Number.isInteger(value) ? [int(3, value), int(20, INT)] : [float(2, value), int(20, FLOAT)]
  if (isList(value)) {
    const strings = value.filter((item) => typeof item === 'string')
    if (strings.length > 0) return [...strings.map((item) => text(9, item)), int(20, STRINGS)]
    return [ints(8, value as readonly number[]), int(20, INTS)]
  }
  return [float(2, value.float), int(20, FLOAT)]
}

function isList(value: Attribute): value is readonly number[] | readonly string[] {
  return Array.isArray(value)
}
