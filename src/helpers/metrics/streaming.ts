import { sharedAcrossReloads } from "../../shared/shared-across-reloads";
import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";

/** A metric as a file holds it. */
export interface SavedMetric {
  readonly metric: string;
  readonly options: object;
}

/** A metric over all examples seen since it was reset: a ratio of sums, which isn't the mean of the batches' ratios. */
export interface StreamingMetric {
  (truth: tf.Tensor, predicted: tf.Tensor): tf.Tensor;
  /** It does the same ops at every step, so the step can be a graph. */
  readonly traceable: true;
  readonly saved: SavedMetric;
  /** Forgets the examples seen so far. */
  reset(): void;
}

/** What a metric counts, and what it makes of the counts. */
interface Definition {
  /** Keras's name of its result, such as `f1_score`. */
  readonly name: string;
  readonly saved: SavedMetric;
  /** What a batch adds to the sums; always of one shape. */
  counts(truth: tf.Tensor, predicted: tf.Tensor): tf.Tensor;
  result(sums: tf.Tensor): tf.Scalar;
}

/** Whether a step runs whose caller resets the metrics and takes their last value. */
const step = sharedAcrossReloads("metrics-step", () => ({ runs: false }));

/** Runs a step whose caller resets the streaming metrics, and doesn't average them over batches. */
export function withStreamingMetrics<Result>(run: () => Result): Result {
  const outer = step.runs;
  step.runs = true;
  try {
    return run();
  } finally {
    step.runs = outer;
  }
}

/** The sums are a variable, so they are added up inside the step's graph. */
export function streamingMetric({ name, saved, counts, result }: Definition): StreamingMetric {
  const sums: { variable?: tf.Variable } = {};
  const metric = (truth: tf.Tensor, predicted: tf.Tensor): tf.Tensor => {
    if (!step.runs) {
      throw new UsageError(
        `${name}: expected to be measured by fit or evaluate, found TensorFlow.js's own loop, which averages ` +
          `batches: the mean isn't the ${name}. Call fit(model, dataset, …) and evaluate(model, dataset).`,
      );
    }
    return tf.tidy(() => {
      const added = counts(truth.toFloat(), predicted);
      if (sums.variable === undefined || sums.variable.isDisposed) {
        sums.variable = tf.zerosLike(added).variable(false);
      }
      sums.variable.assign(sums.variable.add(added));
      return result(sums.variable);
    });
  };
  // The name under which tfjs reports it.
  Object.defineProperty(metric, "name", { value: name });
  return Object.assign(metric, {
    traceable: true as const,
    saved,
    reset() {
      tf.tidy(() => sums.variable?.assign(tf.zerosLike(sums.variable as tf.Tensor)));
    },
  });
}

/** Whether a metric is one that sums over batches. */
export function isStreaming(metric: unknown): metric is StreamingMetric {
  return typeof metric === "function" && "reset" in metric && "saved" in metric;
}

/** `a / b`, and 0 where nothing was counted, as in Keras. */
export function ratio(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.divNoNan(a, b);
}

/** @throws UsageError unless labels and predictions have the same shape */
export function requireSameShape(name: string, truth: tf.Tensor, predicted: tf.Tensor): void {
  if (truth.shape.join() === predicted.shape.join()) return;
  const classes = predicted.shape[predicted.shape.length - 1];
  throw new UsageError(
    `${name}: expected labels of the predictions' shape [${predicted.shape}], found [${truth.shape}]. ` +
      `Make one-hot labels with toCategorical(labels, ${classes}).`,
  );
}
