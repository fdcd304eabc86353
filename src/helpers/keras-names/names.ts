import { UsageError } from "../../shared/usage-error";
import { auc } from "../metrics/auc";
import { f1Score } from "../metrics/f1-score";
import { precision, recall } from "../metrics/precision-recall";
import type { SavedMetric } from "../metrics/streaming";
import { sparseTopKCategoricalAccuracy, topKCategoricalAccuracy } from "../metrics/top-k";
import { AdamW } from "../optimizers/adam-w";
import { Nadam } from "../optimizers/nadam";
import * as tf from "../tf";

/** What tfjs calls a function of labels and predictions. */
export type LossOrMetric = (truth: tf.Tensor, predicted: tf.Tensor) => tf.Tensor;

/** tfjs's names of its losses (`tfjs-layers/src/losses.ts`, 4.22.0), which are Keras's in camel case. */
const LOSSES = [
  ...["meanSquaredError", "meanAbsoluteError", "meanAbsolutePercentageError", "meanSquaredLogarithmicError"],
  ...["squaredHinge", "hinge", "categoricalHinge", "logcosh", "categoricalCrossentropy"],
  ...["sparseCategoricalCrossentropy", "binaryCrossentropy", "kullbackLeiblerDivergence", "poisson", "cosineProximity"],
];

/** Keras's other names. */
const ALIASES: Readonly<Record<string, string>> = {
  mse: "meanSquaredError",
  mae: "meanAbsoluteError",
  mape: "meanAbsolutePercentageError",
  msle: "meanSquaredLogarithmicError",
  kld: "kullbackLeiblerDivergence",
  kldivergence: "kullbackLeiblerDivergence",
  cosinesimilarity: "cosineProximity",
};

/** Keras's losses that tfjs hasn't, with what to write instead. */
const MISSING: Readonly<Record<string, string>> = {
  huber: "Pass the function (truth, predicted) => tf.losses.huberLoss(truth, predicted).",
};

/** A name without case and underscores: Keras writes mean_squared_error, MeanSquaredError and "mse". */
const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();
const lossByPlainName = new Map(LOSSES.map((name) => [plain(name), name]));

/**
 * tfjs's name of a loss, from Keras's or its own.
 *
 * @throws UsageError that lists the losses if there is none of this name
 */
export function lossName(name: string): string {
  const known = lossByPlainName.get(plain(name)) ?? ALIASES[plain(name)];
  if (known !== undefined) return known;
  throw new UsageError(
    `compile: loss: expected one of ${LOSSES.join(", ")}, found "${name}". ` +
      (MISSING[plain(name)] ?? "Choose one of these, or pass a function of labels and predictions."),
  );
}

/** The metrics that mean what Keras's mean, by Keras's class names. */
const KERAS_METRICS: Readonly<Record<string, (options: object) => LossOrMetric>> = {
  Precision: precision,
  Recall: recall,
  F1Score: f1Score,
  AUC: auc,
  TopKCategoricalAccuracy: topKCategoricalAccuracy,
  SparseTopKCategoricalAccuracy: sparseTopKCategoricalAccuracy,
};
const kerasMetricByPlainName = new Map(Object.keys(KERAS_METRICS).map((name) => [plain(name), name]));

/** tfjs's metrics of one example, by their names. */
const TFJS_METRICS: Readonly<Record<string, LossOrMetric>> = {
  binaryAccuracy: tf.metrics.binaryAccuracy,
  categoricalAccuracy: tf.metrics.categoricalAccuracy,
  sparseCategoricalAccuracy: tf.metrics.sparseCategoricalAccuracy,
  binaryCrossentropy: tf.metrics.binaryCrossentropy,
  categoricalCrossentropy: tf.metrics.categoricalCrossentropy,
  meanSquaredError: tf.metrics.meanSquaredError,
  meanAbsoluteError: tf.metrics.meanAbsoluteError,
  meanAbsolutePercentageError: tf.metrics.meanAbsolutePercentageError,
  cosineProximity: tf.metrics.cosineProximity,
};
const tfjsMetricByPlainName = new Map(Object.entries(TFJS_METRICS).map(([name, metric]) => [plain(name), metric]));
/** The names that tfjs itself understands, and reports. */
const OWN_NAMES = new Set(
  ["accuracy", "acc", "crossentropy", "ce", "binaryAccuracy", "categoricalAccuracy", "categoricalCrossentropy"].concat([
    "sparseCategoricalCrossentropy",
    "mse",
    "MSE",
    "mae",
    "MAE",
    "mape",
    "MAPE",
    "cosine",
  ]),
);

/**
 * A metric by name, as tfjs's `compile` takes it; it is reported under the name that was given.
 *
 * @throws UsageError that lists the metrics if there is none of this name
 */
export function metricByName(name: string): string | LossOrMetric {
  if (OWN_NAMES.has(name)) return name;
  const keras = kerasMetricByPlainName.get(plain(name));
  if (keras !== undefined) return KERAS_METRICS[keras]({});
  const tfjs = tfjsMetricByPlainName.get(ALIASES[plain(name)]?.toLowerCase() ?? plain(name));
  if (tfjs === undefined) {
    const snakeCase = (camel: string) => camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const names = ["accuracy", "precision", "recall", "f1_score", "auc", "top_k_categorical_accuracy"].concat(
      ["sparse_top_k_categorical_accuracy", "mse", "mae", "mape"],
      Object.keys(TFJS_METRICS).map(snakeCase),
    );
    throw new UsageError(
      `compile: metrics: expected one of ${names.join(", ")}, found "${name}". ` +
        "Choose one of these, or pass a function of labels and predictions.",
    );
  }
  const metric = (truth: tf.Tensor, predicted: tf.Tensor): tf.Tensor => tfjs(truth, predicted);
  Object.defineProperty(metric, "name", { value: name });
  return Object.assign(metric, { traceable: true, saved: name });
}

/** The metric that a file names. */
export function savedMetric(saved: string | SavedMetric): string | LossOrMetric {
  if (typeof saved === "string") return metricByName(saved);
  const make = Object.hasOwn(KERAS_METRICS, saved.metric) ? KERAS_METRICS[saved.metric] : undefined;
  if (make === undefined)
    throw new UsageError(`expected one of the metrics ${Object.keys(KERAS_METRICS).join(", ")}, found ${saved.metric}`);
  return make(saved.options);
}

/** How a metric is written in a file; `undefined` if it is a function of a program. */
export function metricAsSaved(metric: unknown): string | SavedMetric | undefined {
  if (typeof metric === "string") return metric;
  if (typeof metric !== "function" || !("saved" in metric)) return undefined;
  return metric.saved as string | SavedMetric;
}

/**
 * The optimizers that tfjs makes from a name, with tfjs's default rates (`tfjs-layers/src/optimizers.ts`, 4.22.0), and
 * those of the helpers.
 */
const OPTIMIZERS: Readonly<Record<string, string | (() => tf.Optimizer)>> = {
  sgd: "sgd",
  adam: "adam",
  adamw: () => new AdamW(),
  nadam: () => new Nadam(),
  rmsprop: "rmsprop",
  adagrad: "adagrad",
  adadelta: "adadelta",
  adamax: "adamax",
};

/**
 * An optimizer by name, as tfjs's `compile` takes it.
 *
 * @throws UsageError that lists the optimizers if there is none of this name
 */
export function optimizerByName(name: string): string | tf.Optimizer {
  const key = plain(name);
  if (!Object.hasOwn(OPTIMIZERS, key)) {
    throw new UsageError(
      `compile: optimizer: expected one of ${Object.keys(OPTIMIZERS).join(", ")}, found "${name}". ` +
        "Choose one of these, or pass an optimizer such as tf.train.adam(0.001).",
    );
  }
  const optimizer = OPTIMIZERS[key];
  return typeof optimizer === "string" ? optimizer : optimizer();
}
