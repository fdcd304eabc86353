import type { Images } from "../mnist/idx";
import * as tf from "../tf";
import { disposeWhenUnreachable } from "../tf/memory";

/**
 * Turns bytes into numbers from 0 to 1, like `x.astype("float32") / 255` in NumPy.
 *
 * @param images bytes of shape `[count, rows, columns]`
 * @returns float32 tensor of the same shape, values 0..1; freed when nothing refers to it any more
 * @see notebooks/05-preprocess.ipynb
 * @example const xTrainScaled = addChannelAxis(scale(xTrain)); // [60000, 28, 28, 1], from 0 to 1
 */
export function scale(images: Images): tf.Tensor3D {
  // One pass in JavaScript: tfjs has no byte tensors, so going through int32 would hold every pixel three times.
  const values = new Float32Array(images.data.length);
  for (let i = 0; i < values.length; i++) values[i] = images.data[i] / 255;
  return disposeWhenUnreachable(tf.tensor3d(values, [...images.shape]));
}
