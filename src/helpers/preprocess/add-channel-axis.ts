import { UsageError } from "../../shared/usage-error";
import type * as tf from "../tf";
import { checkTensor } from "../tf/checks";

/**
 * Adds the channel axis that a convolutional layer expects, like `x[..., np.newaxis]` in NumPy.
 *
 * @param images shape `[count, rows, columns]`
 * @returns shape `[count, rows, columns, 1]`, the same values (no copy is made); freed when nothing refers to it any
 *   more
 * @throws if the tensor doesn't have three axes
 * @see notebooks/05-preprocess.ipynb
 * @example addChannelAxis(tf.zeros([10, 28, 28])).shape // [10, 28, 28, 1]
 */
export function addChannelAxis(images: tf.Tensor3D): tf.Tensor4D {
  checkTensor("addChannelAxis: images", images);
  if (images.rank !== 3) {
    throw new UsageError(
      `addChannelAxis: expected shape [count, rows, columns], found [${images.shape}]. ` +
        (images.rank === 4 ? "It already has a channel axis." : "Pass a batch of images."),
    );
  }
  return images.expandDims<tf.Tensor4D>(-1);
}
