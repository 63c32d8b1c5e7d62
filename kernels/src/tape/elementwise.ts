import { SCALAR_VECTOR, VECTOR_SCALAR } from '../binary/command.ts'
import { type Command, type Operand, operandOf } from './program.ts'

/** What a command does that works element by element. */
export interface Elementwise {
  /** Elements of the result. */
  readonly n: number
  readonly y: Operand
  /** What is read at the same index as y is written. */
  readonly along: readonly Operand[]
  /** Whether y may take the place of one of those, where an element takes as many bytes. */
  readonly inPlace: boolean
}

/** The fields that are read along y. */
const reads: Readonly<Record<string, readonly string[]>> = {
  Unary: ['x'],
  UnaryToBool: ['x'],
  Cast: ['x'],
  Select: ['condition', 't', 'e'],
  Binary: ['a', 'b'],
  Random: [],
}

/** As its command.ts says: 1,024 elements are one item. */
export function asElementwise(command: Command): Elementwise | undefined {
  const { layout, words } = command
  const names = reads[layout.family]
  if (names === undefined) return undefined
  const y = operandOf(command, 'y') as Operand
  const along = names
    .filter((name) => layout.family !== 'Binary' || isFull(command, name))
    .map((name) => operandOf(command, name))
  return {
    n: words[layout.word.n],
    y,
    along: along.filter((operand) => operand !== undefined),
    inPlace: layout.family !== 'UnaryToBool',
  }
}

/** Whether an operand of a binary command has the shape of its result. */
function isFull({ layout: { word }, words }: Command, name: string): boolean {
  if (words[word.mode] === (name === 'a' ? SCALAR_VECTOR : VECTOR_SCALAR)) return false
  const strides = name === 'a' ? word.strideA : word.strideB
  let dense = words[word.row]
  for (let d = 0; d < words[word.rank]; d++) {
    if (words[strides + d] !== dense) return false
    dense *= words[word.size + d]
  }
  return true
}
