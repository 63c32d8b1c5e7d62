import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareWithCpu } from '../testing.ts'

type DataType = 'float32' | 'int32' | 'bool'
const types = ['float32', 'int32', 'bool'] as const

const sizeOf = (shape: number[]) => shape.reduce((a, b) => a * b, 1)

/** 1, 2, 3, ... of that shape; bool: a pattern that no shift repeats. */
function numbered(shape: number[], dtype: DataType = 'float32'): tf.Tensor {
  const values = Array.from({ length: sizeOf(shape) }, (_, i) => (dtype === 'bool' ? (i * i + (i >> 2)) & 1 : i + 1))
  return tf.tensor(values, shape, dtype)
}

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 6 }).filter((shape) => sizeOf(shape) <= 2000)
const dtypes = fc.constantFrom(...types)

/** For each dimension something drawn by `arbitrary`. */
function each<T>(shape: number[], arbitrary: (size: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.tuple(...shape.map(arbitrary)) as fc.Arbitrary<T[]>
}

async function forAll<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>, numRuns = 150): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, check), { numRuns, seed: 4 })
}

/** Both backends throw, and lanewise says what `message` says. */
async function bothThrow(fn: () => tf.Tensor | tf.Tensor[], message: RegExp): Promise<void> {
  await tf.setBackend('cpu')
  expect(() => tf.tidy(() => void fn())).toThrow()
  await tf.setBackend('lanewise')
  const before = tf.memory().numDataBuffers
  expect(() => tf.tidy(() => void fn())).toThrow(message)
  expect(tf.memory().numDataBuffers).toBe(before)
}

describe('Transpose', () => {
  it('equals backend-cpu for any shape and permutation', async () => {
    const cases = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        perm: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
        dtype: dtypes,
      }),
    )
    await forAll(cases, ({ shape, perm, dtype }) => compareWithCpu(() => tf.transpose(numbered(shape, dtype), perm)))
  })

  it.each([
    [[130, 67], undefined],
    [[3, 200], undefined],
    [[200, 3], undefined],
    [
      [32, 10, 64],
      [1, 0, 2],
    ],
    [
      [2, 17, 33, 5],
      [0, 3, 1, 2],
    ],
    [
      [2, 5, 16, 16],
      [0, 2, 3, 1],
    ],
  ])('equals backend-cpu for [%s] by [%s]', async (shape, perm) => {
    for (const dtype of types) await compareWithCpu(() => tf.transpose(numbered(shape as number[], dtype), perm))
  })
})

describe('Slice', () => {
  const cases = shapes.chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      box: each(shape, (n) =>
        fc.nat(n).chain((begin) => fc.tuple(fc.constant(begin), fc.integer({ min: -1, max: n - begin }))),
      ),
      dtype: dtypes,
    }),
  )

  it('equals backend-cpu for any box, rest included', async () => {
    await forAll(cases, ({ shape, box, dtype }) =>
      compareWithCpu(() =>
        tf.slice(
          numbered(shape.length ? shape : [1], dtype),
          shape.length ? box.map(([begin]) => begin) : [0],
          shape.length ? box.map(([, size]) => size) : [1],
        ),
      ),
    )
  })

  it('names what reaches outside, and the next call works', async () => {
    await bothThrow(() => tf.slice(tf.tensor1d([1, 2, 3]), [2], [2]), /would overflow/)
    await tf.setBackend('lanewise')
    expect(() => tf.slice(tf.tensor1d([1, 2, 3]), [-2], [1])).toThrow(/Slice: begin \[-2\]/)
    await compareWithCpu(() => tf.slice(tf.tensor1d([1, 2, 3]), [1], [2]))
  })
})

describe('StridedSlice', () => {
  it('equals backend-cpu for any begin, end, stride and mask', async () => {
    const cases = shapes
      .filter((shape) => shape.length > 0 && sizeOf(shape) > 0)
      .chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          range: each(shape, (n) =>
            fc.tuple(
              fc.integer({ min: -n - 1, max: n + 1 }),
              fc.integer({ min: -n - 1, max: n + 1 }),
              fc.constantFrom(1, 1, 1, 2, 3, -1, -2),
            ),
          ),
          beginMask: fc.nat(63),
          endMask: fc.nat(63),
          shrinkMask: fc.constantFrom(0, 0, 1, 2, 3),
          dtype: dtypes,
        }),
      )
    await forAll(
      cases,
      async ({ shape, range, beginMask, endMask, shrinkMask, dtype }) => {
        const run = () =>
          tf.stridedSlice(
            numbered(shape, dtype),
            range.map(([begin]) => begin),
            range.map(([, end]) => end),
            range.map(([, , stride]) => stride),
            beginMask,
            endMask,
            0,
            0,
            shrinkMask,
          )
        // With a stride and a shrunk axis backend-cpu takes the wrong elements.
        if (shrinkMask !== 0 && range.some(([, , stride]) => stride !== 1)) return
        await tf.setBackend('cpu')
        try {
          tf.tidy(() => void run())
        } catch {
          // What backend-cpu refuses (a shrunk index out of range, an empty box in its first dimension) is not compared.
          return
        }
        await compareWithCpu(run)
      },
      400,
    )
  })

  it.each([
    ['an ellipsis', [0, 1], [2, 3], [1, 1], 0, 0, 1, 0],
    ['a new axis', [0, 0, 1], [2, 3, 3], [1, 1, 1], 0, 0, 0, 2],
    ['negative bounds', [-1, -1], [-3, -5], [-1, -2], 0, 0, 0, 0],
    ['a box of nothing', [1, 2], [1, 2], [1, 1], 0, 0, 0, 0],
  ])('equals backend-cpu with %s', async (_, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask) => {
    for (const dtype of types)
      await compareWithCpu(() =>
        tf.stridedSlice(numbered([3, 5, 4], dtype), begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask),
      )
  })
})

describe('StridedSlice with a stride and a shrunk axis', () => {
  it('takes what TensorFlow takes', async () => {
    await tf.setBackend('lanewise')
    tf.tidy(() => {
      const y = tf.stridedSlice(numbered([3, 4, 6]), [0, -1, 1], [3, 0, 6], [2, 1, 3], 0, 0, 0, 0, 2)
      expect(y.shape).toEqual([2, 2])
      expect(Array.from(y.dataSync())).toEqual([20, 23, 68, 71])
    })
  })
})

describe('Concat, Pack, Unpack, SplitV', () => {
  it('Concat equals backend-cpu on any axis', async () => {
    const cases = shapes
      .filter((shape) => shape.length > 0)
      .chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          axis: fc.integer({ min: -shape.length, max: shape.length - 1 }),
          sizes: fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }),
          dtype: dtypes,
        }),
      )
    await forAll(cases, ({ shape, axis, sizes, dtype }) =>
      compareWithCpu(() =>
        tf.concat(
          sizes.map((size) => numbered(shape.with(axis < 0 ? axis + shape.length : axis, size), dtype)),
          axis,
        ),
      ),
    )
  })

  it('Pack and Unpack equal backend-cpu on any axis', async () => {
    const cases = shapes
      .filter((shape) => shape.length < 6)
      .chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          axis: fc.nat(shape.length),
          count: fc.integer({ min: 1, max: 4 }),
          dtype: dtypes,
        }),
      )
    await forAll(cases, async ({ shape, axis, count, dtype }) => {
      await compareWithCpu(() =>
        tf.stack(
          Array.from({ length: count }, () => numbered(shape, dtype)),
          axis,
        ),
      )
      await compareWithCpu(() => tf.unstack(numbered(shape.toSpliced(axis, 0, count), dtype), axis))
    })
  })

  it('SplitV equals backend-cpu on any axis, sizes given, counted or left to be found', async () => {
    const cases = shapes
      .filter((shape) => shape.length > 0)
      .chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          axis: fc.nat(shape.length - 1),
          sizes: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
          dtype: dtypes,
        }),
      )
    await forAll(cases, async ({ shape, axis, sizes, dtype }) => {
      const total = sizes.reduce((a, b) => a + b, 0)
      const x = () => numbered(shape.with(axis, total), dtype)
      await compareWithCpu(() => tf.split(x(), sizes, axis))
      if (sizes.length > 1) await compareWithCpu(() => tf.split(x(), sizes.with(-1, -1), axis))
      if (total > 0) await compareWithCpu(() => tf.split(x(), total, axis))
    })
  })

  it('keep what they are given apart from what they return', async () => {
    await tf.setBackend('lanewise')
    const x = tf.tensor2d([[1, 2, 3]])
    const joined = tf.concat([x, tf.tensor2d([], [1, 0])], 1)
    x.dispose()
    expect(Array.from(joined.dataSync())).toEqual([1, 2, 3])
    joined.dispose()
  })

  it('refuse what does not match', async () => {
    const [a, b] = [() => numbered([2, 3]), () => numbered([3, 3])]
    await bothThrow(() => tf.concat([a(), b()], 1), /Concat.*shape/i)
    await bothThrow(() => tf.stack([a(), b()]), /matching shapes|same shape/i)
    await bothThrow(() => tf.split(a(), [1, 1], 1), /sum of sizes/i)
  })

  it('leave mixed types to backend-cpu', async () => {
    await compareWithCpu(() => tf.concat([numbered([2]), numbered([3], 'int32')]), 0, { fallback: 'silent' })
  })
})

describe('PadV2 and MirrorPad', () => {
  it('PadV2 equals backend-cpu', async () => {
    const cases = shapes
      .filter((shape) => shape.length > 0)
      .chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          paddings: each(shape, () => fc.oneof(fc.constant([0, 0]), fc.tuple(fc.nat(2), fc.nat(2)))),
          value: fc.constantFrom(0, 1),
          dtype: dtypes,
        }),
      )
    await forAll(cases, ({ shape, paddings, value, dtype }) =>
      compareWithCpu(() => tf.pad(numbered(shape, dtype), paddings as [number, number][], value)),
    )
    await compareWithCpu(() => tf.pad(numbered([3]), [[1, 2]], Number.NaN))
    await compareWithCpu(() => tf.pad(numbered([3]), [[1, 2]], -0.1))
  })

  it('MirrorPad equals backend-cpu', async () => {
    const cases = fc.constantFrom('reflect' as const, 'symmetric' as const).chain((mode) =>
      shapes
        .filter((shape) => shape.length > 0 && shape.length < 5 && sizeOf(shape) > 0)
        .chain((shape) =>
          fc.record({
            mode: fc.constant(mode),
            shape: fc.constant(shape),
            paddings: each(shape, (n) => {
              const side = fc.nat(mode === 'reflect' ? n - 1 : n)
              return fc.tuple(side, side)
            }),
            dtype: dtypes,
          }),
        ),
    )
    await forAll(cases, ({ mode, shape, paddings, dtype }) =>
      compareWithCpu(() => tf.mirrorPad(numbered(shape, dtype), paddings, mode)),
    )
  })
})

describe('Tile and Reverse', () => {
  it('Tile equals backend-cpu', async () => {
    const cases = shapes.chain((shape) =>
      fc.record({ shape: fc.constant(shape), reps: each(shape, () => fc.nat(3)), dtype: dtypes }),
    )
    await forAll(
      cases.filter(({ shape, reps }) => sizeOf(shape) * sizeOf(reps) <= 20_000),
      ({ shape, reps, dtype }) => compareWithCpu(() => tf.tile(numbered(shape, dtype), reps)),
    )
    await compareWithCpu(() => tf.tile(numbered([2, 2, 2, 2, 2, 2]), [2, 2, 2, 2, 2, 2]))
    await compareWithCpu(() => tf.tile(numbered([7, 1], 'bool'), [1, 50]))
  })

  it('Reverse equals backend-cpu', async () => {
    const cases = shapes.chain((shape) =>
      fc.record({ shape: fc.constant(shape), axes: fc.subarray([...shape.keys()]), dtype: dtypes }),
    )
    await forAll(cases, ({ shape, axes, dtype }) => compareWithCpu(() => tf.reverse(numbered(shape, dtype), axes)))
    await compareWithCpu(() => tf.reverse(numbered([3, 40])))
  })
})

describe('GatherV2', () => {
  it('equals backend-cpu for any axis, batch dimensions and indices of any rank', async () => {
    const cases = shapes
      .filter((shape) => shape.length > 0 && shape.length < 5 && sizeOf(shape) > 0)
      .chain((shape) => fc.tuple(fc.constant(shape), fc.nat(shape.length - 1)))
      .chain(([shape, axis]) => fc.tuple(fc.constant(shape), fc.constant(axis), fc.nat(axis)))
      .chain(([shape, axis, batchDims]) =>
        fc
          .array(fc.nat(3), { maxLength: 2 })
          .map((more) => [...shape.slice(0, batchDims), ...more])
          .chain((indexShape) =>
            fc.record({
              shape: fc.constant(shape),
              axis: fc.constant(axis),
              batchDims: fc.constant(batchDims),
              indexShape: fc.constant(indexShape),
              indices: fc.array(fc.nat(shape[axis] - 1), {
                minLength: sizeOf(indexShape),
                maxLength: sizeOf(indexShape),
              }),
              dtype: dtypes,
            }),
          ),
      )
    await forAll(cases, ({ shape, axis, batchDims, indexShape, indices, dtype }) =>
      compareWithCpu(() => tf.gather(numbered(shape, dtype), tf.tensor(indices, indexShape, 'int32'), axis, batchDims)),
    )
  })

  it('names the index that is out of range', async () => {
    const x = () => numbered([3, 2])
    await bothThrow(
      () => tf.gather(x(), tf.tensor1d([0, 3], 'int32')),
      /GatherV2: the index value 3 is not in \[0, 2\]/,
    )
    await bothThrow(() => tf.gather(x(), tf.tensor1d([-1], 'int32')), /the index value -1 is not in/)
  })

  it('trains: its gradient is UnsortedSegmentSum', async () => {
    const ids = [4, 0, 4, 2, 2, 2]
    await compareWithCpu(() => {
      const table = numbered([5, 7])
      return tf.grad((t: tf.Tensor) => tf.gather(t, tf.tensor1d(ids, 'int32')))(table, numbered([6, 7]))
    }, 1e-6)
  })
})

describe('GatherNd and ScatterNd', () => {
  it.each([
    [
      [3, 4],
      [
        [0, 1],
        [2, 3],
        [1, 1],
      ],
    ],
    [
      [3, 4],
      [[2], [0]],
    ],
    [
      [3, 4, 5],
      [
        [
          [0, 1],
          [2, 3],
        ],
        [
          [1, 1],
          [0, 0],
        ],
      ],
    ],
    [[6], [[5], [0], [5]]],
  ])('GatherNd takes from [%j] what %j names', async (shape, indices) => {
    for (const dtype of types)
      await compareWithCpu(() =>
        tf.gatherND(numbered(shape, dtype), tf.tensor(indices as number[][], undefined, 'int32')),
      )
  })

  it('GatherNd names the index that is out of range', async () => {
    await bothThrow(() => tf.gatherND(numbered([3, 4]), tf.tensor2d([[3, 0]], [1, 2], 'int32')), /Invalid indices: 3,0/)
  })

  it('ScatterNd adds updates of the same index', async () => {
    for (const dtype of ['float32', 'int32'] as const) {
      const indices = () => tf.tensor2d([[1], [3], [1]], [3, 1], 'int32')
      await compareWithCpu(() => tf.scatterND(indices(), numbered([3], dtype), [5]))
      await compareWithCpu(() => tf.scatterND(indices(), numbered([3, 2, 4], dtype), [4, 2, 4]))
      await compareWithCpu(() => tf.scatterND(tf.tensor1d([4, 2, 4], 'int32'), numbered([3], dtype), [5]))
    }
    const outside = tf.tensor2d([[5]], [1, 1], 'int32')
    await bothThrow(() => tf.scatterND(outside, numbered([1]), [5]), /Invalid indices: 5/)
    outside.dispose()
  })
})

describe('OneHot', () => {
  it('equals backend-cpu for each type, values on and off, indices out of range', async () => {
    for (const dtype of types)
      for (const shape of [[], [0], [5], [3, 4], [70]]) {
        const indices = () =>
          tf.tensor(
            Array.from({ length: sizeOf(shape) }, (_, i) => (i % 9) - 1),
            shape,
            'int32',
          )
        await compareWithCpu(() => tf.oneHot(indices() as tf.Tensor1D, 5, 1, 0, dtype))
        await compareWithCpu(() => tf.oneHot(indices() as tf.Tensor1D, 3, 0, 1, dtype))
      }
    await compareWithCpu(() => tf.oneHot(tf.tensor1d([0, 2], 'int32'), 4, 0.9, -0.1, 'float32'))
  })
})

describe('UnsortedSegmentSum', () => {
  it('equals backend-cpu within 1e-6, ids out of range included', async () => {
    for (const shape of [[6], [6, 1], [6, 5], [6, 2, 3], [0, 3]]) {
      const ids = () => tf.tensor1d([0, 3, 3, -1, 1, 7].slice(0, shape[0]), 'int32')
      await compareWithCpu(() => tf.unsortedSegmentSum(numbered(shape), ids(), 5), 1e-6)
    }
  })
})

describe('ExpandDims', () => {
  it('equals backend-cpu', async () => {
    for (const dim of [0, 1, 2, -1, -3]) await compareWithCpu(() => tf.expandDims(numbered([2, 3]), dim))
  })
})

describe('SpaceToBatchND, BatchToSpaceND, DepthToSpace', () => {
  it('equal backend-cpu', async () => {
    for (const dtype of ['float32', 'int32'] as const) {
      const x = (shape: number[]) => numbered(shape, dtype) as tf.Tensor4D
      for (const [block, paddings] of [
        [
          [2, 2],
          [
            [0, 0],
            [0, 0],
          ],
        ],
        [
          [2, 3],
          [
            [1, 1],
            [2, 1],
          ],
        ],
        [
          [1, 1],
          [
            [1, 0],
            [0, 0],
          ],
        ],
      ])
        await compareWithCpu(() => tf.spaceToBatchND(x([2, 4, 6, 3]), block as number[], paddings as number[][]))
      await compareWithCpu(() => tf.spaceToBatchND(x([2, 6]), [3], [[0, 0]]))
      await compareWithCpu(() =>
        tf.batchToSpaceND(
          x([8, 2, 3, 5]),
          [2, 2],
          [
            [0, 0],
            [0, 0],
          ],
        ),
      )
      await compareWithCpu(() =>
        tf.batchToSpaceND(
          x([8, 2, 3, 5]),
          [2, 2],
          [
            [1, 0],
            [1, 2],
          ],
        ),
      )
    }
    await compareWithCpu(() => tf.depthToSpace(numbered([2, 3, 4, 8]) as tf.Tensor4D, 2))
    await compareWithCpu(() => tf.depthToSpace(numbered([1, 2, 2, 27]) as tf.Tensor4D, 3))
  })
})

describe('ResizeBilinear and ResizeNearestNeighbor', () => {
  it('equal backend-cpu, the bilinear one within 1e-6', async () => {
    for (const [alignCorners, halfPixelCenters] of [
      [false, false],
      [true, false],
      [false, true],
    ])
      for (const size of [
        [1, 1],
        [4, 9],
        [10, 3],
        [5, 7],
      ] as [number, number][]) {
        const images = (dtype: DataType = 'float32') => numbered([2, 5, 7, 3], dtype) as tf.Tensor4D
        await compareWithCpu(() => tf.image.resizeBilinear(images(), size, alignCorners, halfPixelCenters), 1e-6)
        await compareWithCpu(() => tf.image.resizeNearestNeighbor(images(), size, alignCorners, halfPixelCenters))
        await compareWithCpu(() =>
          tf.image.resizeNearestNeighbor(images('int32'), size, alignCorners, halfPixelCenters),
        )
      }
  })
})

describe('Einsum', () => {
  const sizes: Record<string, number> = { a: 2, b: 3, c: 4, d: 5, e: 1, z: 0 }
  const term = (letters: string) =>
    tf.randomUniform(
      [...letters].map((letter) => sizes[letter]),
      -1,
      1,
      'float32',
      3,
    )

  it.each([
    'ab,bc->ac',
    'ba,bc->ac',
    'ab,cb->ac',
    'ba,cb->ca',
    'abc,acd->abd',
    'abc,dac->dab',
    'abcd,aced->acbe',
    'abc,cbd->dba',
    'abc,abc->a',
    'abc,abc->',
    'ab,ab->ab',
    'ab,ba->ba',
    'a,b->ab',
    'a,b->ba',
    'abc,c->ab',
    'abc->cab',
    'abc->b',
    'abc->',
    'a->a',
    'az,zb->ab',
    'za,zb->ab',
    ' ab , bc -> ac ',
  ])('"%s" is within 1e-5 of backend-cpu', async (equation) => {
    const terms = equation.replaceAll(' ', '').split('->')[0].split(',')
    await compareWithCpu(() => tf.einsum(equation, ...terms.map(term)), 1e-5, { fallback: 'silent' })
  })

  // Here backend-cpu's einsum has the wrong shape.
  it('sums what one term alone has', async () => {
    await tf.setBackend('lanewise')
    tf.tidy(() => {
      const x = numbered([2, 3, 4])
      const y = numbered([5])
      expect(tf.einsum('abc,d->a', x, y).arraySync()).toEqual([78 * 15, 222 * 15])
      expect(tf.einsum('ab,c->c', numbered([2, 2]), y).arraySync()).toEqual([10, 20, 30, 40, 50])
      expect(tf.einsum('ez,ab->eab', tf.zeros([1, 0]), numbered([1, 2])).arraySync()).toEqual([[[0, 0]]])
    })
  })

  it('refuses what does not match', async () => {
    await bothThrow(() => tf.einsum('ab,bc->ac', term('ab'), term('dc')), /Expected dimension 3/)
    await bothThrow(() => tf.einsum('aa,bc->ac', term('ab'), term('bc')), /duplicate axes/)
  })
})
