import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";
import { ratio, requireSameShape, type StreamingMetric, streamingMetric } from "./streaming";

/** Options of {@link auc}; the defaults are Keras's. */
export interface AucOptions {
  /** How many thresholds the curve has, from 2; 200 by default. */
  readonly numThresholds?: number;
  /** `"ROC"`, the default, or `"PR"`: precision over recall. */
  readonly curve?: "ROC" | "PR";
}

/**
 * The area under the ROC or the precision-recall curve, interpolated between thresholds: `keras.metrics.AUC`. With
 * several classes, each class of each example counts as one decision. Labels are one-hot, or 0 and 1; predictions are
 * from 0 to 1.
 *
 * @throws UsageError if an option is out of range
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const model = buildModel();
 * model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: [metrics.auc({ curve: "PR" })] });
 * const logs = await evaluate<"auc">(model, testSet);
 */
export function auc(options: AucOptions = {}): StreamingMetric {
  const { numThresholds = 200, curve = "ROC" } = options;
  checkWholeNumber("auc: numThresholds", numThresholds, 2);
  if (curve !== "ROC" && curve !== "PR")
    throw new UsageError(`auc: curve: expected "ROC" or "PR", found ${JSON.stringify(curve)}.`);
  // The first is below every prediction, the last above.
  const thresholds = Array.from({ length: numThresholds }, (_, i) => i / (numThresholds - 1));
  thresholds[0] = -1e-7;
  thresholds[numThresholds - 1] = 1 + 1e-7;
  return streamingMetric({
    name: "auc",
    saved: { metric: "AUC", options },
    /** For each threshold: true and false positives. */
    counts(truth, predicted) {
      requireSameShape("auc", truth, predicted);
      const isTrue = truth.cast("bool").toFloat().reshape([-1, 1]);
      const isPositive = predicted
        .reshape([1, -1])
        .greater(tf.tensor2d(thresholds, [numThresholds, 1]))
        .toFloat();
      return isPositive.matMul(tf.concat([isTrue, tf.sub(1, isTrue)], 1));
    },
    result(sums) {
      const [hits, falseAlarms] = tf.unstack(sums, 1);
      return curve === "ROC" ? underRoc(hits, falseAlarms) : underPrecisionRecall(hits, falseAlarms);
    },
  });
}

/** All elements but the last, and all but the first. */
function neighbours(values: tf.Tensor): [left: tf.Tensor, right: tf.Tensor] {
  const pairs = values.size - 1;
  return [values.slice([0], [pairs]), values.slice([1], [pairs])];
}

function underRoc(hits: tf.Tensor, falseAlarms: tf.Tensor): tf.Scalar {
  // At the first threshold everything counts as positive.
  const [left, right] = neighbours(ratio(falseAlarms, falseAlarms.slice([0], [1])));
  const [high, low] = neighbours(ratio(hits, hits.slice([0], [1])));
  return left.sub(right).mul(high.add(low).div(2)).sum<tf.Scalar>();
}

/** Interpolates as Davis and Goadrich, "The relationship between precision-recall and ROC curves" (2006). */
function underPrecisionRecall(hits: tf.Tensor, falseAlarms: tf.Tensor): tf.Scalar {
  const [hitsLeft, hitsRight] = neighbours(hits);
  const [left, right] = neighbours(hits.add(falseAlarms));
  const moreHits = hitsLeft.sub(hitsRight);
  const slope = ratio(moreHits, left.sub(right).maximum(0));
  const intercept = hitsRight.sub(slope.mul(right));
  const bothPositive = left.greater(0).logicalAnd(right.greater(0));
  const growth = tf.where(bothPositive, ratio(left, right.maximum(0)), tf.onesLike(left));
  const increments = slope.mul(moreHits.add(intercept.mul(growth.log())));
  return ratio(increments, hits.slice([0], [1])).sum<tf.Scalar>();
}
