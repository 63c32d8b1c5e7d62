import { createRuntime, type Runtime, type RuntimeOptions } from '../runtime/runtime.ts'
import { wideObstacle } from './engine.ts'
import { faultOf } from './selfTest.ts'
import { isFused } from './speed.ts'

/** What `createTestedRuntime` gives. */
export interface TestedRuntime {
  rt: Runtime
  /** Why `rt` is not wide although it was asked for. */
  obstacle?: string
}

/**
 * As `createRuntime`, but `wide` is a wish: where the engine can not fuse vectors, where that brings nothing on this processor or
 * where a kernel gives wrong numbers, the runtime is an ordinary one, and `obstacle` says why.
 */
export async function createTestedRuntime(options: RuntimeOptions = {}): Promise<TestedRuntime> {
  if (!options.wide) return { rt: await createRuntime(options) }
  const obstacle = wideObstacle(options.variant) ?? (await tested(options))
  return typeof obstacle === 'string' ? { rt: await createRuntime({ ...options, wide: false }), obstacle } : obstacle
}

async function tested(options: RuntimeOptions): Promise<TestedRuntime | string> {
  const rt = await createRuntime(options)
  const obstacle = isFused(rt) ? faultOf(rt) : 'this processor runs 256-bit operations no faster'
  if (obstacle === undefined) return { rt }
  rt.dispose()
  return obstacle
}
