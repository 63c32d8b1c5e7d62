import { env, Tensor } from '@tensorflow/tfjs-core'
import { override } from '../override.ts'
import { NO_DOUBTS } from './doubts.ts'
import { type Policy, Steps } from './steps.ts'

type Inputs = Tensor | Tensor[] | { [name: string]: Tensor }

/** What `execute` says where only `executeAsync` will do; it has computed nothing then. */
const DYNAMIC = /model\.executeAsync\(\)/

/** What a tf.GraphModel is, as far as it is used here; its class is in @tensorflow/tfjs-converter. */
export interface GraphModel {
  readonly outputNodes: string[]
  /** A graph to be run once, before the first prediction, and what it gave. */
  readonly initializer?: unknown
  readonly resourceIdToCapturedInput?: unknown
  execute(inputs: Inputs, outputs?: string | string[]): Tensor | Tensor[]
  executeAsync(inputs: Inputs, outputs?: string | string[]): Promise<Tensor | Tensor[]>
  predict: unknown
  dispose(): void
}

export function isGraphModel(model: object): model is GraphModel {
  const { execute, predict, dispose, outputNodes } = model as Partial<GraphModel>
  return [execute, predict, dispose].every((method) => typeof method === 'function') && Array.isArray(outputNodes)
}

/**
 * Has `execute` replayed, and so `predict`; `executeAsync` and `predictAsync` likewise, but for graphs with control flow or results whose shape
 * depends on data. Returns what gives the steps
 * that there are.
 */
export function accelerateGraphModel(model: GraphModel, policy: Policy): () => readonly Steps[] {
  // By what is asked for, and how the inputs are given.
  const acts = new Map<string, Steps>()
  override(model, 'execute', (execute) => {
    const stepsFor = (names: readonly string[] | number, outputs: string | string[] | undefined): Steps => {
      const key = JSON.stringify([names, outputs])
      let steps = acts.get(key)
      if (steps === undefined) {
        const form = (data: readonly (Tensor | null)[]): Inputs => {
          if (typeof names !== 'number') return Object.fromEntries(names.map((name, i) => [name, data[i] as Tensor]))
          return data as Tensor[]
        }
        steps = new Steps(
          {
            name: 'predicting with a graph model',
            run: (data) => [execute(form(data), outputs)].flat(),
            state: () => [],
            obstacle: () => undefined,
            isRepeatable: true,
            patience: 1,
            watched: NO_DOUBTS.watched,
            doubt: NO_DOUBTS.layers,
          },
          policy,
        )
        acts.set(key, steps)
      }
      return steps
    }
    return (inputs, outputs) => {
      const isNamed = !(inputs instanceof Tensor || Array.isArray(inputs))
      const names = isNamed ? Object.keys(inputs ?? {}) : 0
      const data = isNamed ? Object.values(inputs ?? {}) : [inputs].flat()
      const isPlain = data.length > 0 && data.every((tensor) => tensor instanceof Tensor)
      if (!isPlain || !isInitialized(model) || keepsAll()) return execute(inputs, outputs)
      const results = stepsFor(names, outputs).call(data)
      return results.length === 1 ? results[0] : results
    }
  })
  // What has to be asked for asynchronously.
  const dynamic = new Set<string>()
  override(model, 'executeAsync', (executeAsync) => async (inputs, outputs) => {
    const key = JSON.stringify(outputs)
    if (isInitialized(model) && !dynamic.has(key))
      try {
        return model.execute(inputs, outputs)
      } catch (error) {
        if (DYNAMIC.test((error as Error).message)) dynamic.add(key)
      }
    return executeAsync(inputs, outputs)
  })
  override(model, 'dispose', (dispose) => () => {
    for (const steps of acts.values()) steps.clear()
    acts.clear()
    dispose()
  })
  return () => [...acts.values()]
}

function isInitialized({ initializer, resourceIdToCapturedInput }: GraphModel): boolean {
  return initializer == null || resourceIdToCapturedInput != null
}

/** Whether a model is to keep what it computes on its way. */
function keepsAll(): boolean {
  try {
    return env().getBool('KEEP_INTERMEDIATE_TENSORS')
  } catch {
    // A flag that this version does not have.
    return false
  }
}
