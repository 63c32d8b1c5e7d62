/** y[i] = f(a[i], b[i]) with numpy's broadcasting, and the shape of y. */
export function broadcastReference(
  shapeA: readonly number[],
  shapeB: readonly number[],
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  f: (a: number, b: number) => number,
): { shape: number[]; values: number[] } {
  const rank = Math.max(shapeA.length, shapeB.length)
  const pad = (shape: readonly number[]) => [...new Array<number>(rank - shape.length).fill(1), ...shape]
  const [sa, sb] = [pad(shapeA), pad(shapeB)]
  const shape = sa.map((size, d) => (size === 1 ? sb[d] : size))
  const n = shape.reduce((x, y) => x * y, 1)
  const at = (i: number, own: number[]) => {
    let index = 0
    let stride = 1
    for (let d = rank - 1; d >= 0; d--) {
      index += (own[d] === 1 ? 0 : i % shape[d]) * stride
      stride *= own[d]
      i = Math.floor(i / shape[d])
    }
    return index
  }
  return { shape, values: Array.from({ length: n }, (_, i) => f(a[at(i, sa)], b[at(i, sb)])) }
}

const int = (x: number) => x | 0

function modulo(a: number, b: number): number {
  const rest = a % b
  return (a < 0 && b < 0) || (a >= 0 && b >= 0) ? rest : (rest + b) % b
}

/** Each kernel's operation on two numbers in double precision; results are then stored as f32, i32 or a byte. */
export const binaryReference: Record<string, (a: number, b: number) => number> = {
  add_f32: (a, b) => a + b,
  sub_f32: (a, b) => a - b,
  mul_f32: (a, b) => a * b,
  div_f32: (a, b) => a / b,
  maximum_f32: Math.max,
  minimum_f32: Math.min,
  squared_difference_f32: (a, b) => Math.fround(a - b) ** 2,
  prelu_f32: (a, b) => (a < 0 ? a * b : a),
  elu_grad_f32: (a, b) => (b >= 0 ? a : a * Math.fround(b + 1)),
  pow_f32: (a, b) => a ** b,
  mod_f32: modulo,
  floor_div_f32: (a, b) => int(Math.floor(a / b)),
  equal_f32: (a, b) => Number(a === b),
  not_equal_f32: (a, b) => Number(a !== b),
  greater_f32: (a, b) => Number(a > b),
  greater_equal_f32: (a, b) => Number(a >= b),
  less_f32: (a, b) => Number(a < b),
  less_equal_f32: (a, b) => Number(a <= b),
  add_i32: (a, b) => int(a + b),
  sub_i32: (a, b) => int(a - b),
  mul_i32: (a, b) => int(a * b),
  maximum_i32: Math.max,
  minimum_i32: Math.min,
  squared_difference_i32: (a, b) => int((a - b) ** 2),
  mod_i32: (a, b) => int(modulo(a, b)),
  floor_div_i32: (a, b) => int(Math.floor(a / b)),
  equal_i32: (a, b) => Number(a === b),
  not_equal_i32: (a, b) => Number(a !== b),
  greater_i32: (a, b) => Number(a > b),
  greater_equal_i32: (a, b) => Number(a >= b),
  less_i32: (a, b) => Number(a < b),
  less_equal_i32: (a, b) => Number(a <= b),
  logical_and: (a, b) => a & b,
  logical_or: (a, b) => a | b,
  equal_u8: (a, b) => Number(a === b),
  not_equal_u8: (a, b) => Number(a !== b),
}

/** pow_f32 against double precision; the others are exact: one rounding. */
export const POW_ULP = 0.6
