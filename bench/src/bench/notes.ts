/**
 * By the name of a workload: where it misses a target, why. What the generated code shows, what was tried. docs/benchmarks.md has it beside
 * the figures as long as the target is missed.
 */
export const notes: Readonly<Record<string, string>> = {
  'matmul 1x1024x1024':
    'Adding up 4 MB from the third-level cache takes 42 us by itself, the product 47: 1.5 times onnxruntime-web, and 1.8 times tfjs-wasm in 256-bit operations, would be less than reading the matrix.',
  'batch normalization 56x56x128':
    'Copying 1.6 MB takes 31 us by itself, and the best loop found for this 37: 1.5 times would be 28 to 29 us, less than moving the data takes.',
  'resize nearest 56x56 to 112x112 x64':
    'The kernel, 38 us of 45, writes 3.2 MB and reads 0.8 at what the third-level cache delivers (105 GB/s): between 1.42 and 1.53 times from run to run.',
}
