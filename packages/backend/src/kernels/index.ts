import { fusedMatMul } from './_FusedMatMul.ts'
import { addN } from './AddN.ts'
import { batchMatMul } from './BatchMatMul.ts'
import { batchToSpaceND } from './BatchToSpaceND.ts'
import { binaryKernels } from './binary.ts'
import { cast } from './Cast.ts'
import { concat } from './Concat.ts'
import { conv2D, fusedConv2D } from './Conv2D.ts'
import { conv2DBackpropFilter, conv2DBackpropInput } from './Conv2DBackprop.ts'
import { conv3D, conv3DBackpropFilterV2, conv3DBackpropInputV2 } from './Conv3D.ts'
import { cumprod } from './Cumprod.ts'
import { cumsum } from './Cumsum.ts'
import { depthToSpace } from './DepthToSpace.ts'
import {
  depthwiseConv2dNative,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  fusedDepthwiseConv2D,
} from './DepthwiseConv2dNative.ts'
import { einsum } from './Einsum.ts'
import { expandDims } from './ExpandDims.ts'
import { fill, onesLike, zerosLike } from './Fill.ts'
import { fusedBatchNorm } from './FusedBatchNorm.ts'
import { gatherNd } from './GatherNd.ts'
import { gatherV2 } from './GatherV2.ts'
import { identity } from './Identity.ts'
import { attention, attentionGrad } from './LanewiseAttention.ts'
import { lstm, lstmGrad } from './LanewiseLSTM.ts'
import { mirrorPad } from './MirrorPad.ts'
import type { NativeKernel } from './native.ts'
import { oneHot } from './OneHot.ts'
import { pack } from './Pack.ts'
import { padV2 } from './PadV2.ts'
import { pools } from './pool.ts'
import { pools3d } from './pool3d.ts'
import { linSpace, range } from './Range.ts'
import { reshape } from './Reshape.ts'
import { flipLeftRight, reverse } from './Reverse.ts'
import { reductions } from './reduction.ts'
import { resizeBilinearKernel, resizeGradients, resizeNearestNeighbor } from './resize.ts'
import { scatterNd } from './ScatterNd.ts'
import { select } from './Select.ts'
import { slice } from './Slice.ts'
import { softmax } from './Softmax.ts'
import { spaceToBatchND } from './SpaceToBatchND.ts'
import { splitV } from './SplitV.ts'
import { stridedSlice } from './StridedSlice.ts'
import { sparseToDense, tensorScatterUpdate } from './scatter.ts'
import { tile } from './Tile.ts'
import { topK } from './TopK.ts'
import { transpose } from './Transpose.ts'
import { unpack } from './Unpack.ts'
import { unsortedSegmentSum } from './UnsortedSegmentSum.ts'
import { unaryKernels } from './unary.ts'

/** The kernels of TensorFlow.js that run on SIMD kernels (or, like Identity, need none). */
export const nativeKernels: readonly NativeKernel[] = [
  addN,
  attention,
  attentionGrad,
  batchMatMul,
  batchToSpaceND,
  ...binaryKernels,
  cast,
  concat,
  conv2D,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  conv3D,
  conv3DBackpropFilterV2,
  conv3DBackpropInputV2,
  cumprod,
  cumsum,
  depthwiseConv2dNative,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  depthToSpace,
  einsum,
  expandDims,
  fill,
  fusedBatchNorm,
  fusedConv2D,
  fusedDepthwiseConv2D,
  fusedMatMul,
  gatherNd,
  gatherV2,
  identity,
  linSpace,
  lstm,
  lstmGrad,
  mirrorPad,
  oneHot,
  onesLike,
  pack,
  padV2,
  ...pools,
  ...pools3d,
  range,
  ...reductions,
  reshape,
  resizeBilinearKernel,
  ...resizeGradients,
  resizeNearestNeighbor,
  reverse,
  flipLeftRight,
  scatterNd,
  sparseToDense,
  tensorScatterUpdate,
  select,
  slice,
  spaceToBatchND,
  softmax,
  splitV,
  stridedSlice,
  tile,
  topK,
  transpose,
  ...unaryKernels,
  unpack,
  unsortedSegmentSum,
  zerosLike,
]
