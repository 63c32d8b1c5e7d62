// Importing this package registers the backend `lanewise`.
import '@lanewise/backend'

export { LSTM, type LSTMLayerArgs, lstm } from './lstm.ts'
export { type LstmNetOptions, lstmNet } from './lstmNet.ts'
