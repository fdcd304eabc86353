import { checkWholeNumber } from "../../shared/checks";
import * as tf from "../tf";
import { requireSameShape, type SavedMetric } from "./streaming";

/** A metric of each example, whose mean over all examples is reported. */
export interface MeanMetric {
  (truth: tf.Tensor, predicted: tf.Tensor): tf.Tensor;
  /** It does the same ops at every step, so the step can be a graph. */
  readonly traceable: true;
  readonly saved: SavedMetric;
}

/** Options of the top-k metrics. */
export interface TopKOptions {
  /** How many of the largest predictions the true class may be among; 5 by default, as in Keras. */
  readonly k?: number;
}

/**
 * The share of examples whose class is among the `k` largest predictions: `keras.metrics.TopKCategoricalAccuracy`.
 * Labels are one-hot.
 *
 * @throws UsageError if `k` isn't a whole number from 1
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const model = buildModel();
 * const topTwo = metrics.topKCategoricalAccuracy({ k: 2 });
 * model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: [topTwo] });
 * const logs = await evaluate<"top_k_categorical_accuracy">(model, testSet);
 */
export function topKCategoricalAccuracy(options: TopKOptions = {}): MeanMetric {
  return topK("top_k_categorical_accuracy", "TopKCategoricalAccuracy", options, (truth, predicted) => {
    requireSameShape("topKCategoricalAccuracy", truth, predicted);
    return truth.argMax(-1).flatten();
  });
}

/**
 * The share of examples whose class is among the `k` largest predictions, for labels that are class numbers:
 * `keras.metrics.SparseTopKCategoricalAccuracy`.
 *
 * @throws UsageError if `k` isn't a whole number from 1
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const model = buildModel();
 * const topTwo = metrics.sparseTopKCategoricalAccuracy({ k: 2 });
 * model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: [topTwo] });
 */
export function sparseTopKCategoricalAccuracy(options: TopKOptions = {}): MeanMetric {
  return topK("sparse_top_k_categorical_accuracy", "SparseTopKCategoricalAccuracy", options, (truth) =>
    truth.flatten().toInt(),
  );
}

function topK(
  name: string,
  metric: string,
  options: TopKOptions,
  classes: (truth: tf.Tensor, predicted: tf.Tensor) => tf.Tensor,
): MeanMetric {
  const { k = 5 } = options;
  checkWholeNumber(`${name}: k`, k, 1);
  const measure = (truth: tf.Tensor, predicted: tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      const numClasses = predicted.shape[predicted.shape.length - 1];
      const rows = predicted.reshape([-1, numClasses]);
      const isTrue = tf.oneHot(classes(truth, predicted).toInt() as tf.Tensor1D, numClasses);
      const ofTruth = rows.mul(isTrue).sum(-1, true);
      return rows.greater(ofTruth).toFloat().sum(-1).less(k).toFloat();
    });
  Object.defineProperty(measure, "name", { value: name });
  return Object.assign(measure, { traceable: true as const, saved: { metric, options } });
}
