import { properties } from '../properties/properties.ts'
import { describeTolerance } from '../properties/tolerances.ts'
import type { Row } from './rows.ts'

/** docs/kernels.md. */
export function page(all: Row[]): string {
  const native = all.filter((row) => row.native)
  const fallback = all.filter((row) => !row.native)
  const isNative = new Set(native.map(({ kernel }) => kernel))
  const ours = native.filter(({ kernel }) => kernel.startsWith('Lanewise'))
  return `# Kernels

<!-- Made by \`npm run docs\` from the code. A test fails when it is old. -->

The backend \`lanewise\` has ${all.length} kernels: all ${all.length - ours.length} of backend-cpu, and ${ours.length} of its own. ${native.length} run on SIMD kernels;
the other ${fallback.length} are backend-cpu's functions on this backend's data.

## On SIMD kernels

- **Types**: of the data, for which SIMD kernels are used. Calls with other types, and some rare options, are served by backend-cpu's function:
  \`configure({ fallback: 'error' })\` throws instead, and says why. Kernels that only give data another shape take any type.
- **Ops**: the folders of \`kernels/src\` whose SIMD kernels it runs; each has a reference in plain loops, and a test against it in both wasm builds. None: nothing is computed.
- **Gradient**: *fused* where it has kernels for it alone, named there; *ops* where other SIMD kernels do; kernels of backend-cpu that it launches
  are named; *–* where TensorFlow.js has none.
- **Equal to backend-cpu**: how near, on random calls of every rank, type and option (\`packages/backend/properties\`).

All of them are also tested by tfjs-core's own specs (\`packages/backend/conformance\`), with memory that runs out at each allocation
(\`packages/backend/src/oom.test.ts\`), and the gradients by finite differences (\`packages/backend/gradients\`).

| Kernel | Types | Ops | Gradient | Equal to backend-cpu |
|---|---|---|---|---|
${native.map((row) => nativeLine(row, isNative)).join('\n')}

## Served by backend-cpu

Tested by tfjs-core's own specs. Those with * have a gradient.

${fallback.map(({ kernel, gradient }) => `\`${kernel}\`${gradient ? '\\*' : ''}`).join(', ')}
`
}

function nativeLine({ kernel, dtypes, ops, gradient }: Row, isNative: Set<string>): string {
  if (!(kernel in properties)) throw new Error(`${kernel} has no property`)
  const cells = [
    `\`${kernel}\``,
    dtypes.length === 5 ? 'any' : dtypes.join(', '),
    ops.map((op) => `[${op}](../kernels/src/${op})`).join(', '),
    gradientCell(gradient, isNative),
    describeTolerance(kernel),
  ]
  return `| ${cells.join(' | ')} |`
}

function gradientCell(gradient: string[] | undefined, isNative: Set<string>): string {
  if (gradient === undefined) return '–'
  const names = (those: string[]) => those.map((name) => `\`${name}\``).join(', ')
  const served = gradient.filter((name) => !isNative.has(name))
  const fused = gradient.filter((name) => isNative.has(name) && /Grad$|Backprop/.test(name))
  const parts = [
    fused.length > 0 ? `fused: ${names(fused)}` : '',
    served.length > 0 ? `by backend-cpu: ${names(served)}` : '',
  ]
  return parts.filter((part) => part !== '').join('; ') || 'ops'
}
