import { runCopy, runTranspose } from '../generated/commands.ts'
import type { Executor } from '../runtime/executor.ts'
import { TRANSPOSE_STRIP } from '../transpose/command.ts'

/** Dimensions that one command can walk, rows included; further ones are walked here. */
const RANK = 6
/** Rows longer than this are cut into blocks of it, so that threads can share one row. */
const BLOCK = 1 << 16

/**
 * Copies one view of memory to another of the same shape: transpose, slice, concat, tile, reverse and their like are such
 * views. Dimensions are given outermost first; neighbours that are contiguous in both views become one, so that most
 * copies end as runs of bytes. One instance serves any number of copies, one after the other, and allocates nothing.
 *
 * ```ts
 * copy.start(4) // bytes of an element: 1 or 4
 * copy.dimension(rows, fromRowStride, toRowStride) // strides in elements, negative or (from) zero allowed
 * copy.dimension(columns, 1, 1)
 * copy.run(rt, src, dst) // addresses of the first elements; the views do not overlap
 * ```
 */
export class ViewCopy {
  private readonly fields = {
    src: 0,
    dst: 0,
    n: 0,
    fromStep: 0,
    toStep: 0,
    blocks: 1,
    block: BLOCK,
    rank: 0,
    size: new Int32Array(RANK - 1),
    from: new Int32Array(RANK - 1),
    to: new Int32Array(RANK - 1),
  }
  private readonly matrix = {
    src: 0,
    dst: 0,
    rows: 0,
    cols: 0,
    from: 0,
    to: 0,
    rank: 0,
    size: new Int32Array(RANK - 2),
    outerFrom: new Int32Array(RANK - 2),
    outerTo: new Int32Array(RANK - 2),
  }
  private element = 4
  private empty = false
  private rank = 0
  private readonly size: number[] = []
  private readonly from: number[] = []
  private readonly to: number[] = []

  /** Begins a copy of elements of 1 or 4 bytes, as yet of rank 0: one element. */
  start(elementBytes: number): void {
    this.element = elementBytes
    this.empty = false
    this.rank = 0
  }

  /** Adds a dimension inside of those given: `size` elements, `from` elements apart in the source and `to` in the destination. */
  dimension(size: number, from: number, to: number): void {
    if (size === 1) return
    if (size === 0) this.empty = true
    let d = this.rank - 1
    if (d >= 0 && this.from[d] === from * size && this.to[d] === to * size) this.size[d] *= size
    else {
      d = this.rank++
      this.size[d] = size
    }
    this.from[d] = from
    this.to[d] = to
  }

  /** Copies, from the first element's address to the first element's address. */
  run(exec: Executor, src: number, dst: number): void {
    if (!this.empty) this.part(exec, 0, src, dst)
  }

  /** Copies the view that the dimensions from `first` on span. */
  private part(exec: Executor, first: number, src: number, dst: number): void {
    const { rank, size, from, to, element } = this
    if (rank - first > RANK) {
      for (let i = 0; i < size[first]; i++)
        this.part(exec, first + 1, src + i * from[first] * element, dst + i * to[first] * element)
      return
    }
    const last = rank - 1
    if (rank === 0 || (from[last] === 1 && to[last] === 1)) {
      this.rows(exec, 'copy_rows', first, last, src, dst)
      return
    }
    if (element === 4 && (from[last] === 1 || to[last] === 1)) {
      const other = (to[last] === 1 ? from : to).indexOf(1, first)
      if (other >= 0 && other < last && size[other] >= 4 && size[last] >= 4) {
        if (to[last] === 1) this.matrices(exec, first, last, other, src, dst)
        else this.matrices(exec, first, other, last, src, dst)
        return
      }
    }
    // A short row, as in [n, 3] from [3, n], is left for the longer one beside it.
    const inner = last > first && size[last] < 8 && size[last - 1] > size[last] ? last - 1 : last
    this.rows(exec, element === 4 ? 'copy_strided_32' : 'copy_strided_8', first, inner, src, dst)
  }

  /** Rows along dimension `inner` (below `first`: one element). */
  private rows(
    exec: Executor,
    kernel: 'copy_rows' | 'copy_strided_8' | 'copy_strided_32',
    first: number,
    inner: number,
    src: number,
    dst: number,
  ): void {
    const { fields, element, size, from, to } = this
    let items = 1
    let rank = 0
    for (let d = first; d < this.rank; d++) {
      if (d === inner) continue
      fields.size[rank] = size[d]
      fields.from[rank] = from[d] * element
      fields.to[rank] = to[d] * element
      items *= size[d]
      rank++
    }
    if (rank === 0) fields.size[rank++] = 1
    const n = inner < 0 ? 1 : size[inner]
    fields.src = src
    fields.dst = dst
    if (kernel === 'copy_rows') fields.n = n * element
    else {
      fields.n = n
      fields.fromStep = from[inner] * element
      fields.toStep = to[inner] * element
    }
    fields.rank = rank
    fields.blocks = Math.ceil(fields.n / BLOCK)
    runCopy(exec, kernel, items * fields.blocks, fields)
  }

  /** Transposes, dimension `row` of the source being contiguous in the destination, and `column` in the source. */
  private matrices(exec: Executor, first: number, row: number, column: number, src: number, dst: number): void {
    const { matrix, element, size, from, to } = this
    let items = Math.ceil(size[column] / TRANSPOSE_STRIP)
    let rank = 0
    for (let d = first; d < this.rank; d++) {
      if (d === row || d === column) continue
      matrix.size[rank] = size[d]
      matrix.outerFrom[rank] = from[d] * element
      matrix.outerTo[rank] = to[d] * element
      items *= size[d]
      rank++
    }
    matrix.src = src
    matrix.dst = dst
    matrix.rows = size[row]
    matrix.cols = size[column]
    matrix.from = from[row] * element
    matrix.to = to[column] * element
    matrix.rank = rank
    runTranspose(exec, 'transpose_32', items, matrix)
  }
}
