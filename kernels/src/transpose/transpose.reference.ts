/** y[cols, rows] = the transpose of x[rows, cols], for each of `matrices`. */
export function transposeReference(x: ArrayLike<number>, matrices: number, rows: number, cols: number): number[] {
  const y = new Array<number>(matrices * rows * cols)
  for (let m = 0; m < matrices; m++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) y[(m * cols + c) * rows + r] = x[(m * rows + r) * cols + c]
  return y
}
