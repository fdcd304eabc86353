import { checkClassNumbers, checkWholeNumber } from "../../shared/checks";
import type { Labels } from "../mnist/idx";
import * as tf from "../tf";
import { disposeWhenUnreachable } from "../tf/memory";

/**
 * Turns class numbers into one-hot rows, like `keras.utils.to_categorical`.
 *
 * @param labels whole numbers from 0 to `numClasses - 1`, shape `[count]`
 * @param numClasses the number of columns; by default the largest label plus one
 * @returns float32 tensor of shape `[count, numClasses]` with a single 1 in each row; freed when nothing refers to it
 *   any more
 * @throws if a label isn't a whole number or is out of range; the message gives its index
 * @see notebooks/05-preprocess.ipynb
 * @example toCategorical([2, 0], 3).arraySync() // [[0, 0, 1], [1, 0, 0]]
 */
export function toCategorical(labels: Labels | ArrayLike<number>, numClasses?: number): tf.Tensor2D {
  const values: ArrayLike<number> = "data" in labels ? labels.data : labels;
  if (numClasses !== undefined) checkWholeNumber("toCategorical: numClasses", numClasses, 1);
  const largest = checkClassNumbers("toCategorical: labels", values, numClasses);
  if (values.length === 0) throw new Error("toCategorical: expected at least one label, found none.");
  const columns = numClasses ?? largest + 1;
  const oneHot = new Float32Array(values.length * columns);
  for (let i = 0; i < values.length; i++) oneHot[i * columns + values[i]] = 1;
  return disposeWhenUnreachable(tf.tensor2d(oneHot, [values.length, columns]));
}
