// What the model packages share: checked options and models that take Keras's names. Needs @tensorflow/tfjs-layers.
import '../index.ts'
import { registerGradients } from '../gradients.ts'
import { registerFiles } from './files.ts'

export { type ModelOptions, modelReaders, type SequenceModelOptions, sequenceModelReaders } from './builders.ts'
export { registerLayer } from './certain.ts'
export { buildModel, type LayersModel, withKerasNames } from './model.ts'
export {
  asOptions,
  choice,
  flag,
  namingArguments,
  number,
  type OptionReader,
  type Options,
  optional,
  rate,
  readOptions,
  shape,
  show,
  size,
  sizes,
  text,
  unchecked,
} from './options.ts'

registerFiles()
registerGradients()
