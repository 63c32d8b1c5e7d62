// What the examples and the benchmarks share. Published packages do not depend on this one: their examples reach it by path.
export { useBackend } from './backend.ts'
export type { Example, Outcome } from './example.ts'
export { fitWithProgress } from './fit.ts'
export { picturesInRow, printPictures } from './images.ts'
export { main } from './main.ts'
export { createTerminal, type Terminal } from './terminal.ts'
