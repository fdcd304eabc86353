import { UsageError } from "../../shared/usage-error";
import type * as tf from "../tf";

/** The parts of tfjs-layers' model (4.22.0) that say how it's measured. */
export interface Measures {
  /** The loss of each example, one function per output. */
  lossFunctions: LossFunction[];
  /**
   * Each metric with its output's place. A model with several outputs has the losses of its outputs in front of them.
   */
  readonly metricsTensors: [LossFunction, number][];
}

/** Shape `[batchSize]`, unless a function of the user's own takes the mean itself. */
type LossFunction = (target: tf.Tensor, output: tf.Tensor) => tf.Tensor;

/**
 * The loss and the metrics of a batch, without an update. tfjs's own test function gives the same, except that it knows
 * no weights and gives values without a name for a model with several outputs.
 *
 * @param data inputs, targets, and perhaps each example's weight for each target
 * @returns the loss, then the metrics
 */
export function measureOnly(model: tf.LayersModel, measures: Measures, data: tf.Tensor[]): tf.Tensor[] {
  const { lossFunctions, metricsTensors } = measures;
  const inputs = data.slice(0, model.inputs.length);
  const [targets, weights] = [0, lossFunctions.length].map((first) =>
    data.slice(inputs.length + first, inputs.length + first + lossFunctions.length),
  );
  const outputs = [model.apply(inputs.length === 1 ? inputs[0] : inputs, { training: false }) as tf.Tensor].flat();
  const losses = lossFunctions.map((lossFunction, place) => {
    const loss = lossFunction(targets[place], outputs[place]);
    return (weights.length > 0 ? loss.mul(weights[place]) : loss).mean();
  });
  const metrics = metricsTensors.map(([metric, place], index) =>
    lossFunctions.length > 1 && index < lossFunctions.length
      ? losses[index]
      : metric(targets[place], outputs[place]).mean(),
  );
  return [losses.reduce((sum, loss) => sum.add(loss)), ...metrics];
}

/**
 * Runs a step in which examples have weights.
 *
 * @throws UsageError if a loss isn't one number for each example: its product with the weights would be something else
 */
export function withLossesToWeight<Result>(measures: Measures, run: () => Result): Result {
  const { lossFunctions } = measures;
  measures.lossFunctions = lossFunctions.map((lossFunction) => (target, output) => {
    const loss = lossFunction(target, output);
    if (loss.rank === 1) return loss;
    throw new UsageError(
      `sampleWeight: expected a loss for each example, shape [${target.shape[0]}], ` +
        `found shape [${loss.shape.join(", ")}]. ` +
        "A loss function of your own has to leave the mean over the examples to fit.",
    );
  });
  try {
    return run();
  } finally {
    measures.lossFunctions = lossFunctions;
  }
}
