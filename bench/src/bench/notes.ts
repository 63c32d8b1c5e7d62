/**
 * By the name of a workload: where it misses a target, why. What the generated code shows, what was tried. docs/benchmarks.md has it beside
 * the figures as long as the target is missed.
 */
export const notes: Readonly<Record<string, string>> = {
  'matmul 256':
    '1.4 times tfjs-wasm is 95 % of the 128-bit peak: from run to run it is 93 to 97 %, and 1.38 to 1.41 times.',
  'matmul 1024':
    'Within a hundredth of what is asked, on either side of it from run to run (93 to 97 % of the 128-bit peak, 91 to 97 % of the 256-bit one, 1.39 to 1.41 times tfjs-wasm): by what others take of the caches, and where in them its pages lie.',
  'matmul 512 A transposed':
    'Transposing the rows of A for each block of columns takes 2 %: from run to run 93 to 96 % of the 128-bit peak.',
  'attention 16x64 4 heads':
    'A call of 19 us, of which the kernels take 11 (see captured steps below); the rest is JavaScript, three quarters of it of TensorFlow.js. From run to run 1.4 to 1.6 times.',
  'matmul 1x1024x1024':
    'Adding up 4 MB from the third-level cache takes 42 us by itself, the call 45, and 40 in 256-bit operations, since the matrix is walked to and fro: 1.5 times onnxruntime-web would be 35 to 38, 1.8 times tfjs-wasm 37 to 39, and it is 1.63 to 1.77 times that.',
  'batch normalization 56x56x128':
    'From run to run 0.92 to 1.07 times. Copying 1.6 MB takes 27 to 31 us by itself, and the best loop found for this 33 to 35, with the call 3 to 4 more: 1.5 times would be 28 to 29 us, less than moving the data takes. Walking from either end in turn gains nothing.',
  'resize nearest 56x56 to 112x112 x64':
    'The kernel writes 3.2 MB and reads 0.8 in 37 to 39 us, at what the third-level cache delivers (105 GB/s); writing alone takes 27.',
}
