// The pixels n of a row of y for which n * stride + offset is a pixel of x are those in [firstInside, lastInside).

// @ts-ignore: decorator
@inline
export function firstInside(offset: i32, stride: i32): i32 {
  return offset >= 0 ? 0 : (stride - 1 - offset) / stride
}

// @ts-ignore: decorator
@inline
export function lastInside(offset: i32, stride: i32, inSize: i32, outSize: i32): i32 {
  const room = inSize - 1 - offset
  return room < 0 ? 0 : min(outSize, room / stride + 1)
}
