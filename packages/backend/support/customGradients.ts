import * as tf from '@tensorflow/tfjs-core'

const ones = (...shape: number[]) => tf.ones(shape) as never

/** Kernels whose gradient is not registered: their op brings it. Each call differentiates the op. */
export const customGradients: Record<string, () => void> = {
  FusedConv2D: () =>
    tf.grads((x, filter, bias) =>
      tf.sum(tf.fused.conv2d({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 1, pad: 'same', bias })),
    )([ones(1, 4, 4, 2), ones(3, 3, 2, 3), ones(3)]),
  FusedDepthwiseConv2D: () =>
    tf.grads((x, filter, bias) =>
      tf.sum(
        tf.fused.depthwiseConv2d({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 1, pad: 'same', bias }),
      ),
    )([ones(1, 4, 4, 2), ones(3, 3, 2, 1), ones(2)]),
  _FusedMatMul: () =>
    tf.grads((a, b, bias) => tf.sum(tf.fused.matMul({ a, b, bias })))([ones(3, 4), ones(4, 2), ones(2)]),
}
