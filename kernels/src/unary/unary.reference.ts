export const unaryReference = {
  abs_f32: Math.abs,
  neg_f32: (x: number) => -x,
  relu_f32: (x: number) => (x > 0 || Number.isNaN(x) ? x : 0),
}
