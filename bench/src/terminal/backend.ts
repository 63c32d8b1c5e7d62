import '@lanewise/backend'
import * as tf from '@tensorflow/tfjs-core'

/** Makes a backend the current one; throws where it can not be had. */
export async function useBackend(name: string): Promise<void> {
  if (tf.findBackendFactory(name) === null)
    throw new Error(
      `There is no backend '${name}'; registered are ${Object.keys(tf.engine().registryFactory).join(', ')}`,
    )
  if (!(await tf.setBackend(name))) throw new Error(`The backend '${name}' does not start here`)
  // Its first write prints a banner that advises another package.
  if (name === 'cpu') (tf.backend() as unknown as { firstUse: boolean }).firstUse = false
}
