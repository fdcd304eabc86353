import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";
import { ratio, requireSameShape, type StreamingMetric, streamingMetric } from "./streaming";

/** Options of {@link precision} and {@link recall}; the defaults are Keras's. */
export interface ThresholdOptions {
  /** A prediction above this counts as positive, from 0 to 1; 0.5 by default. */
  readonly thresholds?: number;
  /** Instead of the threshold: the `topK` largest predictions of an example count as positive. */
  readonly topK?: number;
  /** Looks at this class alone. */
  readonly classId?: number;
}

/**
 * Of all that the model calls positive, the share that is: `keras.metrics.Precision`. With several classes, each class
 * of each example counts as one decision. Labels are one-hot, or 0 and 1.
 *
 * @throws UsageError if an option is out of range
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const model = buildModel();
 * const measured = [metrics.precision(), metrics.precision({ classId: 8 })];
 * model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: measured });
 * const logs = await evaluate<"precision" | "precision_1">(model, testSet);
 */
export function precision(options: ThresholdOptions = {}): StreamingMetric {
  return shareOfPositives("precision", "Precision", options, (_truth, positive) => positive);
}

/**
 * Of all that is positive, the share that the model calls positive: `keras.metrics.Recall`. Labels are one-hot, or 0
 * and 1.
 *
 * @throws UsageError if an option is out of range
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const model = buildModel();
 * const eager = metrics.recall({ thresholds: 0.3 });
 * model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: [eager] });
 * const logs = await evaluate<"recall">(model, testSet);
 */
export function recall(options: ThresholdOptions = {}): StreamingMetric {
  return shareOfPositives("recall", "Recall", options, (truth) => truth);
}

function shareOfPositives(
  name: string,
  metric: string,
  options: ThresholdOptions,
  whole: (truth: tf.Tensor, positive: tf.Tensor) => tf.Tensor,
): StreamingMetric {
  const { thresholds = 0.5, topK, classId } = options;
  if (typeof thresholds !== "number" || !(thresholds >= 0 && thresholds <= 1)) {
    throw new UsageError(
      `${name}: thresholds: expected one number from 0 to 1, found ${JSON.stringify(thresholds)}. ` +
        "For several thresholds, pass several metrics.",
    );
  }
  if (topK !== undefined) checkWholeNumber(`${name}: topK`, topK, 1);
  if (classId !== undefined) checkWholeNumber(`${name}: classId`, classId, 0);
  return streamingMetric({
    name,
    saved: { metric, options },
    counts(truth, predicted) {
      requireSameShape(name, truth, predicted);
      const column = (all: tf.Tensor) => (classId === undefined ? all : classOf(name, all, classId));
      const isPositive = column(
        topK === undefined ? predicted.greater(thresholds).toFloat() : amongTop(predicted, topK),
      );
      const isTrue = column(truth.cast("bool").toFloat());
      return tf.stack([isTrue.mul(isPositive).sum(), whole(isTrue, isPositive).sum()]);
    },
    result(sums) {
      const [hits, all] = tf.unstack(sums);
      return ratio(hits, all) as tf.Scalar;
    },
  });
}

function classOf(name: string, all: tf.Tensor, classId: number): tf.Tensor {
  const classes = all.shape[all.shape.length - 1];
  if (classId >= classes)
    throw new UsageError(`${name}: classId: expected one of the ${classes} classes from 0, found ${classId}.`);
  return all.reshape([-1, classes]).slice([0, classId], [-1, 1]);
}

/** 1 for the `k` largest numbers of each row, else 0. */
function amongTop(predicted: tf.Tensor, k: number): tf.Tensor {
  const classes = predicted.shape[predicted.shape.length - 1];
  return tf
    .oneHot(tf.topk(predicted, Math.min(k, classes)).indices, classes)
    .sum(-2)
    .toFloat();
}
