export { attention_f32 } from './forward.as'
export { attention_grad_f32 } from './grad.as'
