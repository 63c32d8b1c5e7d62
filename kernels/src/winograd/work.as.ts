/** Bytes of scratch that the transforms of points2, points4 and their wide twins work in; their callers' own data begins behind them. */
export const WORK: usize = 1152
