import { engine, env, getBackend } from '@tensorflow/tfjs-core'
import type { LanewiseBackend } from '../backend.ts'
import { current } from '../register.ts'
import { show } from '../show.ts'

let suspended = 0

/**
 * Runs `run`, until its promise settles if it gives one, with accelerated models running kernel by kernel, as they do without
 * `accelerate`: for layers that are watched in JavaScript while they compute.
 */
export function eagerly<R>(run: () => R): R {
  if (typeof run !== 'function') throw new TypeError(`eagerly: run: expected a function, got ${show(run)}`)
  suspended++
  let result: R
  try {
    result = run()
  } catch (error) {
    suspended--
    throw error
  }
  if (!(result instanceof Promise)) {
    suspended--
    return result
  }
  return result.finally(() => suspended--) as R
}

/**
 * The backend, where a replay can stand for a model's kernels: not where these are recorded (by a gradient, `capture` or
 * `tf.profile`), checked one by one (`tf.enableDebugMode`), or run by another backend.
 */
export function replaying(): LanewiseBackend | undefined {
  if (suspended > 0 || getBackend() !== 'lanewise') return undefined
  const backend = current()
  const { gradientDepth, profiling } = engine().state
  if (backend === undefined || backend.trace !== undefined || gradientDepth > 0 || profiling) return undefined
  return env().getBool('DEBUG') ? undefined : backend
}
