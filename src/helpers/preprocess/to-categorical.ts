import { checkClassNumbers, checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import type { Labels } from "../mnist/idx";
import * as tf from "../tf";
import { describe } from "../tf/checks";

/** A table of more numbers than this, 4 GB, is a mistake: a label that is no class number, for example. */
const MAX_VALUES = 1e9;

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
  const values = valuesOf(labels);
  if (numClasses !== undefined) checkWholeNumber("toCategorical: numClasses", numClasses, 1);
  const largest = checkClassNumbers("toCategorical: labels", values, numClasses);
  if (values.length === 0) throw new UsageError("toCategorical: expected at least one label, found none.");
  const columns = numClasses ?? largest + 1;
  if (values.length * columns > MAX_VALUES) {
    throw new UsageError(
      `toCategorical: expected at most ${MAX_VALUES} numbers, found ${values.length} labels × ${columns} classes. ` +
        `Is ${largest} really a class number?`,
    );
  }
  const oneHot = new Float32Array(values.length * columns);
  for (let i = 0; i < values.length; i++) oneHot[i * columns + values[i]] = 1;
  return tf.tensor2d(oneHot, [values.length, columns]);
}

function valuesOf(labels: Labels | ArrayLike<number>): ArrayLike<number> {
  const expected = "toCategorical: expected class numbers of shape [count]";
  if (typeof labels !== "object" || labels === null) {
    throw new UsageError(`${expected}, found ${describe(labels)}. Pass labels from loadData(), or an array.`);
  }
  const shape: readonly number[] | undefined = "shape" in labels ? labels.shape : undefined;
  if (shape !== undefined && shape.length !== 1) {
    throw new UsageError(`${expected}, found the shape [${shape.join(", ")}]. Pass labels, not images.`);
  }
  const values = "data" in labels ? labels.data : labels;
  if (typeof values === "object" && "length" in values) return values;
  throw new UsageError(`${expected}, found ${describe(labels)}. Of a tensor, pass the values: await labels.data().`);
}
