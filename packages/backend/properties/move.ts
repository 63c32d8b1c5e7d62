import fc from 'fast-check'
import { sizeOf } from '../src/data.ts'
import type { Call } from './call.ts'
import { type Drawn, type Dtype, dtypes, each, mostlyFloat, numeric, shapes, tensorOf } from './draw.ts'

/** Draws a shape and a type, then a tensor of them and attributes for it. */
function moving(
  attrs: (shape: number[]) => fc.Arbitrary<Call['attrs']>,
  {
    of = shapes(),
    input = 'x',
    dtype = dtypes,
  }: { of?: fc.Arbitrary<number[]>; input?: string; dtype?: typeof dtypes } = {},
): fc.Arbitrary<Call> {
  return fc
    .tuple(of, dtype)
    .chain(([shape, type]) => fc.record({ inputs: fc.record({ [input]: tensorOf(shape, type) }), attrs: attrs(shape) }))
}

const ranked = shapes(6, 2500, 1)
const filled = (shape: number[]) => shape.map((n) => Math.max(n, 1))
const product = (sizes: number[], at: number) => [...sizes.slice(0, at), sizeOf(sizes.slice(at))]
const axisIn = (shape: number[]) => fc.integer({ min: -shape.length, max: shape.length - 1 })

/** Tensors that differ in one dimension at most. */
const joined = (differ: boolean): fc.Arbitrary<Call> =>
  fc.tuple(differ ? ranked : shapes(5, 1000), dtypes, fc.nat(20)).chain(([shape, dtype, mix]) =>
    fc
      .record({
        axis: fc.nat(shape.length - (differ ? 1 : 0)),
        sizes: fc.array(fc.nat(5), { minLength: 1, maxLength: 5 }),
      })
      .chain(({ axis, sizes }) =>
        fc.record({
          inputs: fc.tuple(
            ...sizes.map((size, i) =>
              tensorOf(differ ? shape.with(axis, size) : shape, differ && mix === 0 && i === 1 ? 'bool' : dtype),
            ),
          ) as fc.Arbitrary<Drawn[]>,
          attrs: fc.constant({ axis }),
        }),
      ),
  )

/** Shapes [batch, ..spatial, ..rest] with a block for each spatial dimension. */
const blocks = fc
  .tuple(
    fc.nat(3),
    fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 3 }),
    fc.array(fc.nat(3), { maxLength: 2 }),
  )
  .map(([batch, spatial, rest]) => ({ batch, spatial, rest, blockShape: spatial.map(([, block]) => block) }))

const spaceToBatch = fc.tuple(blocks, dtypes).chain(([{ batch, spatial, rest, blockShape }, dtype]) =>
  each(
    spatial.map(([n]) => n),
    (n, d) => fc.nat(n * blockShape[d]).map((before) => [before, 0] as [number, number]),
  ).chain((given) => {
    // What is before, after and between makes whole blocks.
    const paddings = given.map(([before], d) => [
      before % 3,
      (blockShape[d] - ((spatial[d][0] + (before % 3)) % blockShape[d])) % blockShape[d],
    ])
    return fc.record({
      inputs: fc.record({ x: tensorOf([batch, ...spatial.map(([n]) => n), ...rest], dtype) }),
      attrs: fc.constant({ blockShape, paddings }),
    })
  }),
)

const batchToSpace = fc.tuple(blocks, dtypes).chain(([{ batch, spatial, rest, blockShape }, dtype]) =>
  fc.record({
    inputs: fc.record({ x: tensorOf([batch * sizeOf(blockShape), ...spatial.map(([n]) => n), ...rest], dtype) }),
    attrs: each(
      spatial.map(([n, block]) => n * block),
      (n) => fc.tuple(fc.nat(n), fc.nat(n)).map(([a, b]) => [Math.min(a, b), n - Math.max(a, b)]),
    ).map((crops) => ({ blockShape, crops })),
  }),
)

const gathered = fc
  .tuple(shapes(5, 800, 1), dtypes, fc.array(fc.nat(4), { maxLength: 2 }), fc.nat(4), fc.nat(4))
  .chain(([shape, dtype, more, at, batches]) => {
    const axis = at % shape.length
    const x = shape.with(axis, Math.max(shape[axis], 1))
    const batchDims = batches % (axis + 1)
    const indexShape = [...shape.slice(0, batchDims), ...more]
    return fc.record({
      inputs: fc.record({ x: tensorOf(x, dtype), indices: indices(indexShape, () => x[axis]) }),
      attrs: fc.constant({ axis, batchDims }),
    })
  })

/** int32 numbers, the i-th of them in [0, limit(i)), all given. */
function indices(shape: number[], limit: (i: number) => number): fc.Arbitrary<Drawn> {
  const size = sizeOf(shape)
  return fc.array(fc.nat(1 << 20), { minLength: size, maxLength: size }).map((numbers) => ({
    shape,
    dtype: 'int32' as Dtype,
    seed: 0,
    scale: 0,
    odd: numbers.map((value, i) => [i, value % limit(i)]),
  }))
}

/** A tensor, and rows of indices that each name a slice of it. */
const named = fc
  .tuple(shapes(6, 600, 1), dtypes, fc.nat(5), fc.array(fc.nat(4), { minLength: 1, maxLength: 2 }))
  .map(([shape, dtype, at, rows]) => {
    const rank = 1 + (at % shape.length)
    return { shape: [...filled(shape.slice(0, rank)), ...shape.slice(rank)], dtype, rows, rank }
  })

const gatherNd = named.chain(({ shape, dtype, rows, rank }) =>
  fc.record({
    inputs: fc.record({
      params: tensorOf(shape, dtype),
      indices: indices([...rows, rank], (i) => shape[i % rank]),
    }),
    attrs: fc.constant({}),
  }),
)

const scatterNd = fc.tuple(named, numeric).chain(([{ shape, rows, rank }, dtype]) =>
  fc.record({
    inputs: fc.record({
      indices: indices([...rows, rank], (i) => shape[i % rank]),
      updates: tensorOf([...rows, ...shape.slice(rank)], dtype, { sums: true, scale: 4 }),
    }),
    attrs: fc.constant({ shape }),
  }),
)

const scatterUpdate = named.chain(({ shape, dtype, rows, rank }) =>
  fc.record({
    inputs: fc.record({
      tensor: tensorOf(shape, dtype),
      indices: indices([...rows, rank], (i) => shape[i % rank]),
      updates: tensorOf([...rows, ...shape.slice(rank)], dtype),
    }),
    attrs: fc.constant({}),
  }),
)

/** Indices of all dimensions, of none (of a vector) or in one list (likewise), and values for each or one for all. */
const dense = fc
  .tuple(shapes(4, 300, 1), dtypes, fc.nat(6), fc.nat(2), fc.boolean())
  .chain(([drawn, dtype, count, how, single]) => {
    const shape = how === 2 ? filled(drawn) : [filled(drawn)[0]]
    const rank = shape.length
    const list = how === 0 ? [] : how === 1 ? [count] : [count, rank]
    return fc.record({
      inputs: fc.record({
        sparseIndices: indices(list, (i) => shape[i % rank]),
        sparseValues: tensorOf(single || how === 0 ? [] : [count], dtype),
        defaultValue: tensorOf([], dtype),
      }),
      attrs: fc.constant({ outputShape: shape }),
    })
  })

const segmentSum = fc
  .tuple(shapes(6, 800, 1), mostlyFloat, fc.integer({ min: 1, max: 12 }))
  .chain(([shape, dtype, numSegments]) =>
    fc.record({
      inputs: fc.record({
        x: tensorOf(shape, dtype, { tame: true, scale: 4 }),
        segmentIds: indices([shape[0]], () => numSegments + 1).map((ids) => ({
          ...ids,
          // Numbers that name no segment are left out.
          odd: ids.odd.map(([at, value]): [number, number] => [at, value === numSegments ? -1 : value]),
        })),
      }),
      attrs: fc.constant({ numSegments }),
    }),
  )

const strided = shapes(6, 2000, 1)

export const move: Record<string, fc.Arbitrary<Call>> = {
  Reshape: moving((shape) => fc.nat(shape.length).map((at) => ({ shape: product(shape, at) }))),
  ExpandDims: moving((shape) => fc.record({ dim: fc.integer({ min: -shape.length - 1, max: shape.length }) }), {
    of: shapes(5),
    input: 'input',
  }),
  Transpose: moving((shape) =>
    fc.record({ perm: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }) }),
  ),
  Slice: moving(
    (shape) =>
      each(shape, (n) => fc.tuple(fc.nat(n), fc.nat(n), fc.boolean())).map((box) => ({
        begin: box.map(([a, b]) => Math.min(a, b)),
        size: box.map(([a, b, rest]) => (rest ? -1 : Math.abs(a - b))),
      })),
    { of: ranked },
  ),
  StridedSlice: moving(
    (shape) =>
      fc
        .record({
          range: each(shape, (n) => {
            const bound = fc.integer({ min: -n - 1, max: n + 1 })
            return fc.tuple(bound, bound, fc.constantFrom(1, 1, 2, 3, -1, -2))
          }),
          beginMask: fc.nat(63),
          endMask: fc.nat(63),
          ellipsisMask: fc.constantFrom(0, 0, 0, 1, 2),
          newAxisMask: fc.constantFrom(0, 0, 0, 1, 2),
          shrinkAxisMask: fc.constantFrom(0, 0, 0, 1, 2, 3),
        })
        .map(({ range, ...masks }) => ({
          begin: range.map(([begin]) => begin),
          end: range.map(([, end]) => end),
          strides: range.map(([, , stride]) => stride),
          ...masks,
        })),
    { of: strided },
  ),
  Tile: moving((shape) => fc.record({ reps: each(shape, (n) => fc.nat(n > 8 ? 1 : 3)) }), { of: shapes(6, 200) }),
  Reverse: moving((shape) => fc.record({ dims: fc.subarray([...shape.keys()]) })),
  FlipLeftRight: moving(() => fc.constant({}), { of: shapes(4, 1000, 4), input: 'image' }),
  PadV2: moving(
    (shape) =>
      fc.record({
        paddings: each(shape, () => fc.tuple(fc.constantFrom(0, 0, 1, 3), fc.constantFrom(0, 0, 1, 2))),
        constantValue: fc.constantFrom(0, 1),
      }),
    { of: shapes(6, 300) },
  ),
  MirrorPad: fc.constantFrom('reflect', 'symmetric').chain((mode) =>
    moving(
      (shape) => {
        const side = (n: number) => fc.nat(Math.min(3, mode === 'reflect' ? n - 1 : n))
        return each(shape, (n) => fc.tuple(side(n), side(n))).map((paddings) => ({ mode, paddings }))
      },
      { of: mode === 'reflect' ? shapes(6, 300).map(filled) : shapes(6, 300) },
    ),
  ),
  Concat: joined(true),
  Pack: joined(false),
  Unpack: moving((shape) => fc.record({ axis: axisIn(shape) }), { of: shapes(6, 1000, 1), input: 'value' }),
  SplitV: moving(
    (shape) =>
      fc
        .tuple(fc.nat(shape.length - 1), fc.array(fc.nat(1000), { maxLength: 4 }), fc.nat(3))
        .map(([axis, cuts, how]) => {
          const n = shape[axis]
          const at = [0, ...cuts.map((cut) => cut % (n + 1)).sort((a, b) => a - b), n]
          const sizes = at.slice(1).map((cut, i) => cut - at[i])
          if (how === 0 && n > 0) return { axis, numOrSizeSplits: n }
          return { axis, numOrSizeSplits: how === 1 && sizes.length > 1 ? sizes.with(-1, -1) : sizes }
        }),
    { of: ranked },
  ),
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,
  DepthToSpace: fc
    .tuple(fc.array(fc.nat(5), { minLength: 4, maxLength: 4 }), fc.integer({ min: 2, max: 4 }), dtypes)
    .chain(([[batch, height, width, depth], blockSize, dtype]) =>
      fc.record({
        inputs: fc.record({ x: tensorOf([batch, height, width, depth * blockSize ** 2], dtype) }),
        attrs: fc.constant({ blockSize, dataFormat: 'NHWC' }),
      }),
    ),
  GatherV2: gathered,
  GatherNd: gatherNd,
  ScatterNd: scatterNd,
  TensorScatterUpdate: scatterUpdate,
  SparseToDense: dense,
  UnsortedSegmentSum: segmentSum,
  OneHot: fc.tuple(shapes(5, 200), fc.integer({ min: 1, max: 40 }), dtypes).chain(([shape, depth, dtype]) =>
    fc.record({
      inputs: fc.record({ indices: tensorOf(shape, 'int32') }),
      attrs: fc.record({
        depth: fc.constant(depth),
        dtype: fc.constant(dtype),
        onValue: fc.constantFrom(1, 0, ...(dtype === 'bool' ? [] : [5, -3]), ...(dtype === 'float32' ? [0.5] : [])),
        offValue: fc.constantFrom(0, 1),
      }),
    }),
  ),
}
