import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'

/** What `model.save` gives its handler, after a way through JSON. */
export async function saved(model: tfl.LayersModel, config?: tf.io.SaveConfig): Promise<tf.io.ModelArtifacts> {
  let given: tf.io.ModelArtifacts = {}
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    given = artifacts
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
  })
  await model.save(handler, config)
  const { weightData, ...rest } = given
  return { ...JSON.parse(JSON.stringify(rest)), weightData }
}

/** The model that `tf.loadLayersModel` makes of what was saved. */
export async function reloaded(model: tfl.LayersModel, config?: tf.io.SaveConfig): Promise<tfl.LayersModel> {
  return tfl.loadLayersModel(tf.io.fromMemory(await saved(model, config)))
}
