/**
 * What stands for it that a model's JavaScript does nothing but compute tensors, the same each time, so that a replay can take its
 * place where nobody asked for one.
 */
export interface Doubts {
  /** Why its layers may do more than that. */
  layers(): string | undefined
  /** Why its losses and metrics, and what layers have for training alone, may. */
  training(): string | undefined
  /** What can be changed about its layers later, and changes what they do. */
  watched(): unknown[]
  /** As `watched`, for training. */
  watchedInTraining(): unknown[]
}

/** Of a model whose owner asked for replays. */
export const NO_DOUBTS: Doubts = {
  layers: () => undefined,
  training: () => undefined,
  watched: () => [],
  watchedInTraining: () => [],
}
