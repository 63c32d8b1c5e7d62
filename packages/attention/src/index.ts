// Importing this package registers the backend `lanewise`, and its layers under Keras's names.
import '@lanewise/backend'

export { Attention, type AttentionArgs, attention } from './attention.ts'
export { type AttentionNetOptions, attentionNet } from './attentionNet.ts'
export { attentionScores } from './attentionScores.ts'
export { Masking } from './masking.ts'
export {
  MultiHeadAttention,
  type MultiHeadAttentionArgs,
  type MultiHeadAttentionCall,
  multiHeadAttention,
} from './multiHeadAttention.ts'
export { GlobalAveragePooling1D, GlobalMaxPooling1D } from './pooling.ts'
