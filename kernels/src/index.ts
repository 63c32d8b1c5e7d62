export { argReduce } from './argreduce/argreduce.ts'
export {
  type AttentionGradProblem,
  type AttentionMask,
  type AttentionProblem,
  type AttentionSizes,
  type AttentionTensor,
  attention,
  attentionBlocks,
  attentionGrad,
  type RowStrides,
} from './attention/attention.ts'
export { type BatchNormProblem, type BatchNormTables, batchNorm, batchNormTables } from './batchnorm/batchnorm.ts'
export { binary } from './binary/binary.ts'
export { cast } from './cast/cast.ts'
export {
  type Conv2dGradShape,
  type Conv2dShape,
  conv2d,
  conv2dFilterGrad,
  conv2dInputGrad,
  packedFilterBytes,
  packedFilterLayout,
  packedTransposedFilterBytes,
  packedTransposedFilterLayout,
  packFilter,
  packTransposedFilter,
} from './conv2d/conv2d.ts'
export {
  type Conv3dShape,
  conv3d,
  conv3dFilterGrad,
  conv3dInputGrad,
  packedFilterBytes3d,
  packedFilterLayout3d,
  packedTransposedFilterBytes3d,
  packedTransposedFilterLayout3d,
  packFilter3d,
  packTransposedFilter3d,
} from './conv3d/conv3d.ts'
export { ViewCopy } from './copy/copy.ts'
export { cumprod, cumsum } from './cumsum/cumsum.ts'
export { MOST_MULTIPLIED, MOST_SPANNED } from './depthwise/blocks.ts'
export {
  type DepthwiseGradShape,
  type DepthwiseShape,
  depthwise,
  depthwiseFilterGrad,
  depthwiseInputGrad,
} from './depthwise/depthwise.ts'
export { fill } from './fill/fill.ts'
export { FLAT_RANK } from './flat/command.ts'
export { type FlatIndices, flatIndices } from './flat/flat.ts'
export {
  type Activation,
  type GemmOptions,
  gemm,
  gemmPacked,
  type PackBOptions,
  packB,
  packedBytes,
  tileRows,
} from './gemm/gemm.ts'
export * from './generated/commands.ts'
export {
  type LstmActivation,
  type LstmStepGradOptions,
  type LstmStepOptions,
  lstmActivations,
  lstmStep,
  lstmStepGrad,
} from './lstm/lstm.ts'
export { ONEHOT_BLOCK } from './onehot/command.ts'
export { fillPattern, pad } from './pad/pad.ts'
export { avgPool, avgPoolGrad, maxPool, maxPoolGrad, maxPoolWithArgmax, type PoolWindows } from './pool/pool.ts'
export { avgPool3d, avgPool3dGrad, maxPool3d, maxPool3dGrad, type Pool3dWindows } from './pool/pool3d.ts'
export { RANDOM_STATE_BYTES } from './random/command.ts'
export { type Random, random } from './random/random.ts'
export { type Reduction, reduce } from './reduce/reduce.ts'
export {
  type Resize,
  type ResizeGrad,
  resizeBilinear,
  resizeBilinearGrad,
  resizeNearest,
  resizeNearestGrad,
} from './resize/resize.ts'
export { availableCores } from './runtime/cores.ts'
export { OutOfMemoryError } from './runtime/errors.ts'
export type { Executor } from './runtime/executor.ts'
export { supportedVariants, supportsSharedMemory, type Variant } from './runtime/features.ts'
export type { Heap } from './runtime/heap.ts'
export { createRuntime, MOST_THREADS, type Runtime, type RuntimeOptions } from './runtime/runtime.ts'
export { type Scatter, scatter } from './scatter/scatter.ts'
export { segmentSum } from './segment/segment.ts'
export { select } from './select/select.ts'
export type { Buffer as TapeBuffer } from './tape/program.ts'
export { Recorder } from './tape/recorder.ts'
export { type Passes, Tape } from './tape/tape.ts'
export { unary, unaryToBool } from './unary/unary.ts'
export { whyNotWide } from './wide/engine.ts'
export { createTestedRuntime, type TestedRuntime } from './wide/wide.ts'
export {
  inputGradShape,
  isWinograd,
  transformedFilterBytes,
  transformedFilterLayout,
  transformFilter,
  type WinogradShape,
  type WinogradSize,
  winograd,
  winogradSize,
} from './winograd/winograd.ts'
