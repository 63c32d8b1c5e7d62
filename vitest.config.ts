import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const conditions = ['@lanewise/source', 'node', 'import', 'module', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default'],
    setupFiles: ['./packages/backend/properties/random.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['kernels/**/*.test.ts', 'packages/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*checked.test.ts'],
        },
      },
      {
        // Once more on the checked build, which tells of each access outside of a command's memory.
        extends: true,
        test: {
          name: 'checked',
          include: [
            'kernels/src/*/*.test.ts',
            'packages/backend/src/{kernels,ops}/*.test.ts',
            'packages/backend/**/*.checked.test.ts',
            'packages/{cnn,rnn,attention}/src/*.test.ts',
            'bench/src/seeds.test.ts',
          ],
          // Timings, threads, and the runtime itself.
          exclude: [
            '**/node_modules/**',
            'kernels/src/runtime/!(checked).test.ts',
            'kernels/src/wide/*',
            'kernels/src/gemm/tile.test.ts',
            'kernels/src/*/*.choice.test.ts',
          ],
          env: { LANEWISE_CHECKED: join(import.meta.dirname, 'kernels/src/generated/checked') },
          globalSetup: './kernels/build/checked.ts',
          setupFiles: ['./kernels/src/runtime/checked.ts'],
        },
      },
    ],
  },
})
