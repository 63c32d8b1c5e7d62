/** Bytes of scratch that the transforms of points2 and points4 work in; their callers' own data begins behind them. */
export const WORK: usize = 640
