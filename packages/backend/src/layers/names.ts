import { show } from './options.ts'

type Table = Record<string, string>

// Keras's name to the one that tfjs-layers knows. Lookup ignores case and underscores, so that
// `mean_squared_error`, `meanSquaredError` and `MeanSquaredError` are one row.
const LOSSES: Table = {
  binary_crossentropy: 'binaryCrossentropy',
  categorical_crossentropy: 'categoricalCrossentropy',
  sparse_categorical_crossentropy: 'sparseCategoricalCrossentropy',
  mean_squared_error: 'meanSquaredError',
  mse: 'meanSquaredError',
  mean_absolute_error: 'meanAbsoluteError',
  mae: 'meanAbsoluteError',
  mean_absolute_percentage_error: 'meanAbsolutePercentageError',
  mape: 'meanAbsolutePercentageError',
  mean_squared_logarithmic_error: 'meanSquaredLogarithmicError',
  msle: 'meanSquaredLogarithmicError',
  log_cosh: 'logcosh',
  hinge: 'hinge',
  squared_hinge: 'squaredHinge',
  categorical_hinge: 'categoricalHinge',
  kl_divergence: 'kullbackLeiblerDivergence',
  kullback_leibler_divergence: 'kullbackLeiblerDivergence',
  kld: 'kullbackLeiblerDivergence',
  poisson: 'poisson',
  cosine_similarity: 'cosineProximity',
  cosine_proximity: 'cosineProximity',
}

const METRICS: Table = {
  accuracy: 'accuracy',
  acc: 'acc',
  crossentropy: 'crossentropy',
  ce: 'ce',
  binary_accuracy: 'binaryAccuracy',
  categorical_accuracy: 'categoricalAccuracy',
  sparse_categorical_accuracy: 'sparseCategoricalAccuracy',
  precision: 'precision',
  binary_crossentropy: 'binaryCrossentropy',
  categorical_crossentropy: 'categoricalCrossentropy',
  sparse_categorical_crossentropy: 'sparseCategoricalCrossentropy',
  mean_squared_error: 'mse',
  mse: 'mse',
  mean_absolute_error: 'mae',
  mae: 'mae',
  mean_absolute_percentage_error: 'mape',
  mape: 'mape',
  cosine_proximity: 'cosine',
}

const OPTIMIZERS: Table = {
  adam: 'adam',
  adamax: 'adamax',
  adagrad: 'adagrad',
  adadelta: 'adadelta',
  rmsprop: 'rmsprop',
  sgd: 'sgd',
}

const plain = (name: string) => name.replaceAll('_', '').toLowerCase()

function resolver(argument: string, table: Table, others: string): (name: string) => string {
  const byPlainName = new Map(Object.entries(table).map(([name, stock]) => [plain(name), stock]))
  for (const stock of Object.values(table)) byPlainName.set(plain(stock), stock)
  return (name) => {
    const stock = typeof name === 'string' ? byPlainName.get(plain(name)) : undefined
    if (stock === undefined)
      throw new Error(
        `compile: ${argument}: ${show(name)} is unknown; allowed are ${Object.keys(table).join(', ')}, ` +
          `each in camelCase too, or ${others}`,
      )
    return stock
  }
}

export const stockLoss = resolver('loss', LOSSES, 'a function of (yTrue, yPred)')
export const stockMetric = resolver('metrics', METRICS, 'a function of (yTrue, yPred)')
export const stockOptimizer = resolver('optimizer', OPTIMIZERS, 'a tf.Optimizer such as tf.train.adam(0.001)')
