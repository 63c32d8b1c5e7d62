import { evenBlock } from '../../gemm/gemm.ts'
import { DEPTH_IN_PLACE, layoutsB } from '../../gemm/layouts.ts'
import { isAliased } from '../../gemm/vectors.ts'
import { type Command, type Operand, operandOf, type Program } from '../program.ts'

/** Rows of A for which a matrix that is read where it lies costs 0 to 14 percent more time than one in panels. */
const LEAST_ROWS = 24
const MOST_ROWS = 200

/**
 * Lets products read a weight where it lies instead of from panels, which take as much memory again, where that costs little.
 * Sums are cut into other blocks, so roundings change.
 */
export function readWeightsInPlace(program: Program): void {
  for (const pack of program.commands) {
    const weight = pack.layout.family === 'PackB' ? operandOf(pack, 'b') : undefined
    const panels = operandOf(pack, 'panels')
    if (weight?.buffer.kind !== 'outside' || panels === undefined || panels.offset !== 0) continue
    const field = fieldsOf(pack)
    if (field('transposeB') !== 0 || isAliased(field('ldb')) || alphaOf(pack) !== 1) continue
    const users = program.commands.filter(
      (command) => command !== pack && command.operands.some(({ buffer }) => buffer === panels.buffer),
    )
    if (!users.every((user) => canReadInPlace(user, panels))) continue
    if (program.commands.some(({ operands }) => operands.some((o) => o.writes && o.buffer === weight.buffer))) continue
    for (const user of users) {
      const { word } = user.layout
      const b = operandOf(user, 'b') as Operand
      b.buffer = weight.buffer
      b.offset = weight.offset
      user.words[word.ldb] = field('ldb')
      user.words[word.layoutB] = layoutsB.inPlace
      user.words[word.depthBlock] = evenBlock(field('k'), DEPTH_IN_PLACE, 4)
    }
  }
}

/** A product, not one of a batch, of a number of rows that suits. */
function canReadInPlace(command: Command, panels: Operand): boolean {
  if (command.layout.family !== 'Gemm') return false
  const field = fieldsOf(command)
  const b = operandOf(command, 'b')
  if (b?.buffer !== panels.buffer || b.offset !== 0 || field('layoutB') !== layoutsB.panels) return false
  const blocks = Math.ceil(field('m') / field('rowBlock')) * Math.ceil(field('n') / field('columnBlock'))
  return command.words[1] === blocks && field('m') >= LEAST_ROWS && field('m') <= MOST_ROWS && alphaOf(command) === 1
}

function fieldsOf({ layout, words }: Command): (name: string) => number {
  return (name) => words[layout.word[name]]
}

function alphaOf({ layout, words }: Command): number {
  return new Float32Array(words.buffer, words.byteOffset)[layout.word.alpha]
}
