import { expect, it, vi } from 'vitest'
import { whyNotWide } from './engine.ts'
import { createTestedRuntime } from './wide.ts'

const fault = 'the self-test of gemm 23x61x37 is 1.0e+0 off'
vi.mock('./selfTest.ts', () => ({ faultOf: () => fault }))

it('createTestedRuntime returns to 128 bits where the self-test finds a fault, and says so', async () => {
  const { rt, obstacle } = await createTestedRuntime({ wide: true })
  expect(rt.wide).toBe(false)
  expect(obstacle).toBe(whyNotWide() ?? fault)
})
