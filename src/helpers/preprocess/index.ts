import type { Images, Labels } from "../mnist";
import * as tf from "../tf";
import { disposeWhenUnreachable } from "../tf/memory";

/**
 * Bytes to numbers between 0 and 1, as `x.astype("float32") / 255` in NumPy.
 *
 * @param images bytes of shape `[count, rows, columns]`
 * @returns float32 tensor of the same shape, values 0..1; freed when nothing refers to it any more
 */
export function scale(images: Images): tf.Tensor3D {
  // One pass in JavaScript: tfjs has no byte tensors, so going through int32 would hold every pixel three times.
  const values = new Float32Array(images.data.length);
  for (let i = 0; i < values.length; i++) values[i] = images.data[i] / 255;
  return disposeWhenUnreachable(tf.tensor3d(values, [...images.shape]));
}

/**
 * Adds the channel axis that a convolution layer expects, as `x[..., np.newaxis]` in NumPy.
 *
 * @param images shape `[count, rows, columns]`
 * @returns shape `[count, rows, columns, 1]`, the same values (no copy is made); freed when nothing refers to it any more
 * @throws when the tensor does not have three axes
 */
export function addChannelAxis(images: tf.Tensor3D): tf.Tensor4D {
  if (images.rank !== 3) {
    throw new Error(
      `addChannelAxis: expected shape [count, rows, columns], found [${images.shape}]. ` +
        (images.rank === 4 ? "The channel axis is there already." : "Give a batch of images."),
    );
  }
  return disposeWhenUnreachable(images.expandDims<tf.Tensor4D>(-1));
}

/**
 * Class numbers to one-hot rows, as `keras.utils.to_categorical`.
 *
 * @param labels whole numbers from 0 to `numClasses - 1`, shape `[count]`
 * @param numClasses the number of columns; the largest label plus one when left out
 * @returns float32 tensor of shape `[count, numClasses]` with a single 1 per row; freed when nothing refers to it any more
 * @throws when a label is not a whole number or is out of range; the message names its place
 */
export function toCategorical(labels: Labels | ArrayLike<number>, numClasses?: number): tf.Tensor2D {
  const values: ArrayLike<number> = "data" in labels ? labels.data : labels;
  if (numClasses !== undefined && (!Number.isInteger(numClasses) || numClasses < 1)) {
    throw new Error(`toCategorical: expected a whole number of classes from 1, found ${numClasses}.`);
  }
  let largest = -1;
  for (let i = 0; i < values.length; i++) {
    const label = values[i];
    if (!Number.isInteger(label) || label < 0 || (numClasses !== undefined && label >= numClasses)) {
      const range = numClasses === undefined ? "from 0" : `from 0 to ${numClasses - 1}`;
      throw new Error(
        `toCategorical: expected whole numbers ${range}, found ${label} at index ${i}. Check the labels or numClasses.`,
      );
    }
    if (label > largest) largest = label;
  }
  const columns = numClasses ?? largest + 1;
  if (values.length === 0 || columns === 0) {
    throw new Error("toCategorical: expected at least one label, found none.");
  }
  const oneHot = new Float32Array(values.length * columns);
  for (let i = 0; i < values.length; i++) oneHot[i * columns + values[i]] = 1;
  return disposeWhenUnreachable(tf.tensor2d(oneHot, [values.length, columns]));
}
