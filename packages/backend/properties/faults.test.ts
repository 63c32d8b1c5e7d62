import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Content, type Inputs, runOnCpu, runOnLanewise } from './call.ts'

const MOST = 2 ** 24 + 1

const float = (shape: number[], ...values: number[]): Content => ({
  shape,
  dtype: 'float32',
  values: Float32Array.from(values),
})
const int = (shape: number[], ...values: number[]): Content => ({
  shape,
  dtype: 'int32',
  values: Int32Array.from(values),
})

const plain = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 }
const noTranspose = { transposeA: false, transposeB: false }
const nearest = { size: [1, 1], alignCorners: false, halfPixelCenters: false }

/** The rows of docs/backend-cpu-faults.md. An Error: backend-cpu throws. */
const rows: [kernel: string, inputs: Inputs, attrs: object, cpu: number[] | typeof Error, right: number[]][] = [
  ['Abs', { x: int([1], MOST) }, {}, [MOST - 1], [MOST]],
  ['Square', { x: int([1], 4097) }, {}, [16785408], [16785409]],
  ['ResizeNearestNeighbor', { images: int([1, 1, 1, 1], MOST) }, nearest, [MOST - 1], [MOST]],
  [
    'DepthToSpace',
    { x: int([1, 1, 1, 4], MOST, 1, 2, 3) },
    { blockSize: 2, dataFormat: 'NHWC' },
    [MOST - 1, 1, 2, 3],
    [MOST, 1, 2, 3],
  ],
  ['Cumprod', { x: float([4], 1, 2, 3, 4) }, { axis: -1, exclusive: false, reverse: false }, [], [1, 2, 6, 24]],
  ['Cumsum', { x: float([4], 1, 2, 3, 4) }, { axis: -1, exclusive: false, reverse: false }, [], [1, 3, 6, 10]],
  ['Elu', { x: float([1], -1e-17) }, {}, [0], [Math.fround(-1e-17)]],
  ['Selu', { x: float([1], -1e-20) }, {}, [0], [Math.fround(-1.758099205884295e-20)]],
  [
    'StridedSlice',
    { x: float([4, 2], 1, 2, 3, 4, 5, 6, 7, 8) },
    { ...plain, begin: [0, 1], end: [4, 2], strides: [2, 1], shrinkAxisMask: 2 },
    [1, 3],
    [2, 6],
  ],
  ['StridedSlice', { x: float([4], 1, 2, 3, 4) }, { ...plain, begin: [2], end: [1], strides: [1] }, Error, []],
  [
    'BatchMatMul',
    { a: float([2, 1, 1, 1], 1, 10), b: float([1, 3, 1, 1], 1, 2, 3) },
    noTranspose,
    [1, 20, 3],
    [1, 2, 3, 10, 20, 30],
  ],
  ['BatchMatMul', { a: float([0, 1, 2]), b: float([1, 2, 1], 1, 2) }, noTranspose, [NaN], []],
  ['GatherV2', { x: float([0, 1]), indices: int([0, 2]) }, { axis: 1, batchDims: 1 }, Error, []],
  ['Einsum', [float([2], 1, 2), float([3], 1, 1, 1)], { equation: 'e,d->e' }, [3], [3, 6]],
  [
    'UnsortedSegmentSum',
    { x: float([2], NaN, 1), segmentIds: int([2], 0, 1) },
    { numSegments: 2 },
    [NaN, NaN],
    [NaN, 1],
  ],
  [
    'FusedBatchNorm',
    { x: float([1, 2, 1, 2], 1, 2, 3, 4), mean: float([1, 2, 1, 1], 1, 3), variance: float([1, 2, 1, 1], 1, 1) },
    { varianceEpsilon: 0 },
    [0, -1, 2, 1],
    [0, 1, 0, 1],
  ],
  [
    'DepthwiseConv2dNative',
    { x: float([1, 2, 1, 2], 1, 2, 3, 4), filter: float([1, 1, 2, 1], 10, 100) },
    { strides: 1, pad: 'valid', dilations: 1, dataFormat: 'NCHW' },
    [10, 200, 30, 400],
    [10, 20, 300, 400],
  ],
  [
    'DepthwiseConv2dNativeBackpropInput',
    { dy: float([1, 1, 1, 1], 1), filter: float([1, 2, 1, 1], 1, 2) },
    { strides: 1, pad: 'valid', dilations: [1, 2], inputShape: [1, 1, 3, 1] },
    [1, 2, 0],
    [1, 0, 2],
  ],
  [
    'DepthwiseConv2dNativeBackpropFilter',
    { x: float([1, 1, 3, 1], 1, 2, 3), dy: float([1, 1, 1, 1], 1) },
    { strides: 1, pad: 'valid', dilations: [1, 2], filterShape: [1, 2, 1, 1] },
    [1, 2],
    [1, 3],
  ],
  [
    'ResizeBilinearGrad',
    { images: float([1, 2, 2, 1], 1, 1, 1, 1), dy: float([1, 1, 1, 1], 4) },
    { alignCorners: false, halfPixelCenters: true },
    [4, 0, 0, 0],
    [1, 1, 1, 1],
  ],
  [
    'ResizeNearestNeighborGrad',
    { images: float([2, 1, 1, 1], 1, 1), dy: float([2, 1, 2, 1], 1, 2, 3, 4) },
    { alignCorners: false, halfPixelCenters: false },
    [3, 5],
    [3, 7],
  ],
  [
    'MaxPool3DGrad',
    { dy: float([1, 1, 1, 1, 1], 1), input: float([1, 1, 2, 1, 1], 1, 2) },
    { filterSize: [1, 2, 1], strides: 1, pad: 'valid' },
    [0, 0],
    [0, 1],
  ],
]

describe('docs/backend-cpu-faults.md', () => {
  beforeAll(() => setBackend('lanewise'))

  it.each(rows)('%s of %j with %j', (kernel, inputs, attrs, cpu, right) => {
    const onCpu = () => runOnCpu(kernel, inputs, { ...attrs })
    if (cpu === Error) expect(onCpu).toThrow()
    else expect([...onCpu()[0].values]).toEqual(cpu)
    const { outputs, native } = runOnLanewise(kernel, inputs, { ...attrs })
    expect([...outputs[0].values]).toEqual(right)
    expect(native).toBe(true)
  })
})
