/** How far a SIMD kernel's numbers may be from backend-cpu's. NaN and infinities must always be the same. */
export type Tolerance =
  /** Not at all; `zeros: 'alike'`: zero may have either sign. */
  | { of: 'exact'; zeros?: 'alike' }
  /**
   * That times the expected number's magnitude; `one`: or times 1, if that is more; `largest`: times that of the largest
   * number of the tensor, or 1.
   */
  | { of: 'value' | 'one' | 'largest'; error: number }
  /**
   * That times the sum of the magnitudes of the terms, which is what backend-cpu makes of the inputs' magnitudes (those of
   * NaN and infinities being 0) or of what `magnitude` takes for them.
   */
  | { of: 'terms'; error: number; magnitude?: (x: number, input: string) => number }

export const EXACT: Tolerance = { of: 'exact' }

/** The kernels that are not here are exact, signs of zeros included. */
export const tolerances: Record<string, Tolerance> = {
  // backend-cpu's own number is half an ulp off, and Rsqrt, Selu and so on take several steps.
  Acos: ulps(1.1),
  Acosh: ulps(1.1),
  Asin: ulps(1.1),
  Asinh: ulps(1.1),
  Atan: ulps(1.1),
  Atanh: ulps(1.1),
  Cosh: ulps(1.1),
  Sinh: ulps(1.1),
  Tan: ulps(1.1),
  Cos: ulps(2.5),
  Elu: ulps(2.5),
  EluGrad: ulps(1.5),
  Exp: ulps(1.6),
  Expm1: ulps(2.5),
  LeakyRelu: ulps(1.5),
  Log: ulps(1.5),
  Log1p: ulps(2.5),
  Pow: ulps(8),
  Prelu: ulps(0.5),
  Rsqrt: ulps(2),
  Selu: ulps(3.5),
  Sigmoid: ulps(3.5),
  Sin: ulps(2.5),
  // backend-cpu takes exp(x) below -13.9, which is 3.8 ulp more.
  Softplus: ulps(7.5),
  SquaredDifference: ulps(2),
  Tanh: ulps(3.5),
  // backend-cpu's formula is good to 1.5e-7.
  Erf: { of: 'one', error: 3e-7 },
  AddN: { of: 'exact', zeros: 'alike' },
  Max: { of: 'exact', zeros: 'alike' },
  Min: { of: 'exact', zeros: 'alike' },
  Mod: { of: 'exact', zeros: 'alike' },
  Round: { of: 'exact', zeros: 'alike' },
  Prod: ulps(200),
  Softmax: { of: 'value', error: 3e-6 },
  LanewiseAttention: { of: 'largest', error: 1e-5 },
  LanewiseAttentionGrad: { of: 'largest', error: 2e-5 },
  LanewiseLSTM: { of: 'largest', error: 2e-6 },
  LanewiseLSTMGrad: { of: 'largest', error: 1e-5 },
  FusedBatchNorm: { of: 'terms', error: 5e-7, magnitude: (x, input) => (input === 'mean' ? -finite(x) : finite(x)) },
  Mean: { of: 'terms', error: 2e-6 },
  ScatterNd: { of: 'terms', error: 2e-6, magnitude: (x, input) => (input === 'updates' ? finite(x) : x) },
  Sum: { of: 'terms', error: 2e-6 },
  BatchMatMul: { of: 'terms', error: 2e-6 },
  _FusedMatMul: { of: 'terms', error: 2e-6 },
  Einsum: { of: 'terms', error: 2e-6 },
  Conv2D: { of: 'terms', error: 2e-6 },
  Conv2DBackpropInput: { of: 'terms', error: 2e-6 },
  Conv2DBackpropFilter: { of: 'terms', error: 2e-6 },
  FusedConv2D: { of: 'terms', error: 2e-6 },
  DepthwiseConv2dNative: { of: 'terms', error: 2e-6 },
  DepthwiseConv2dNativeBackpropInput: { of: 'terms', error: 2e-6 },
  DepthwiseConv2dNativeBackpropFilter: { of: 'terms', error: 2e-6 },
  FusedDepthwiseConv2D: { of: 'terms', error: 2e-6 },
  Conv3D: { of: 'terms', error: 2e-6 },
  Conv3DBackpropInputV2: { of: 'terms', error: 2e-6 },
  Conv3DBackpropFilterV2: { of: 'terms', error: 2e-6 },
  AvgPool3D: { of: 'terms', error: 1e-6 },
  AvgPool3DGrad: { of: 'terms', error: 1e-6 },
  MaxPool3DGrad: { of: 'terms', error: 1e-6, magnitude: (x, input) => (input === 'input' ? x : finite(x)) },
  AvgPool: { of: 'terms', error: 1e-6 },
  AvgPoolGrad: { of: 'terms', error: 1e-6 },
  // The numbers of the image only say where the gradients go.
  MaxPoolGrad: { of: 'terms', error: 1e-6, magnitude: (x, input) => (input === 'input' ? x : finite(x)) },
  ResizeBilinear: { of: 'terms', error: 1e-6 },
  ResizeBilinearGrad: { of: 'terms', error: 2e-6 },
  ResizeNearestNeighborGrad: { of: 'terms', error: 2e-6 },
  UnsortedSegmentSum: { of: 'terms', error: 2e-6, magnitude: (x, input) => (input === 'x' ? finite(x) : x) },
}

/** How far convolutions by Winograd's method may be: see `checkWinograd`. What is above for them is computed directly. */
export const WINOGRAD_ERROR = 2e-6

const finite = (x: number) => (Number.isFinite(x) ? Math.abs(x) : 0)

/** Units in the last place, of the size that they have just above a power of two. */
function ulps(error: number): Tolerance {
  return { of: 'value', error: error * 2 ** -23 }
}

export function describeTolerance(kernel: string): string {
  const tolerance = tolerances[kernel] ?? EXACT
  if (tolerance.of === 'exact') return tolerance.zeros === 'alike' ? 'exactly, but for the sign of zero' : 'exactly'
  const of = {
    value: 'the value',
    one: 'the value or 1',
    largest: 'the largest value or 1',
    terms: 'the sum of the magnitudes of the terms',
  }
  const most = `within ${tolerance.error.toExponential(1).replace('.0', '')} of ${of[tolerance.of]}`
  return /^(Fused)?Conv2D(BackpropInput)?$/.test(kernel)
    ? `${most}; by Winograd's method, with the largest term of each channel`
    : most
}
