import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";
import { requireSameShape, type StreamingMetric, streamingMetric } from "./streaming";

/** Options of {@link f1Score}. */
export interface F1ScoreOptions {
  /**
   * How the classes' scores become one: `"macro"`, the default, is their mean, `"weighted"` the mean by the classes'
   * sizes, `"micro"` counts over all classes at once. (Keras's default, a score for each class, isn't one number.)
   */
  readonly average?: "macro" | "micro" | "weighted";
  /** A prediction above this counts as positive; by default the largest one of each example does. */
  readonly threshold?: number;
}

/** Keras's `epsilon`. */
const EPSILON = 1e-7;

/**
 * The harmonic mean of precision and recall: `keras.metrics.F1Score`. Labels are one-hot.
 *
 * @throws UsageError if an option is out of range
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const model = buildModel();
 * model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: [metrics.f1Score()] });
 * const logs = await evaluate<"f1_score">(model, testSet);
 */
export function f1Score(options: F1ScoreOptions = {}): StreamingMetric {
  const { average = "macro", threshold } = options;
  if (!["macro", "micro", "weighted"].includes(average)) {
    throw new UsageError(
      `f1Score: average: expected "macro", "micro" or "weighted", found ${JSON.stringify(average)}.`,
    );
  }
  if (threshold !== undefined && !(threshold > 0 && threshold <= 1))
    throw new UsageError(`f1Score: threshold: expected a number above 0, at most 1, found ${String(threshold)}.`);
  return streamingMetric({
    name: "f1_score",
    saved: { metric: "F1Score", options },
    counts(truth, predicted) {
      requireSameShape("f1Score", truth, predicted);
      if (predicted.rank !== 2)
        throw new UsageError(`f1Score: expected predictions of shape [batch, classes], found [${predicted.shape}].`);
      const isPositive = (
        threshold === undefined
          ? predicted.greaterEqual(predicted.max(-1, true)).logicalAnd(predicted.abs().greater(1e-9))
          : predicted.greater(threshold)
      ).toFloat();
      const sum = (values: tf.Tensor) => (average === "micro" ? values.sum() : values.sum(0));
      return tf.stack([sum(truth.mul(isPositive)), sum(isPositive), sum(truth)]);
    },
    result(sums) {
      const [hits, positive, truth] = tf.unstack(sums);
      const precision = hits.div(positive.add(EPSILON));
      const recall = hits.div(truth.add(EPSILON));
      const scores = precision.mul(recall).mul(2).div(precision.add(recall).add(EPSILON));
      if (average !== "weighted") return scores.mean<tf.Scalar>();
      return scores.mul(truth.div(truth.sum().add(EPSILON))).sum<tf.Scalar>();
    },
  });
}
