/** Bytes of scratch that the transforms of points2, points4 and their wide twins work in; their callers' own data begins behind them. */
export const WORK: usize = 1152

/** Points in each direction. */
// @ts-ignore: decorator
@inline
export function pointsOnSide(size: i32): i32 {
  return size == 2 ? 4 : 6
}
