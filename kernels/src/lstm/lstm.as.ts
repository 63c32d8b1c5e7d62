export { lstm_step_f32 } from './step.as'
export { lstm_step_grad_f32 } from './grad.as'
