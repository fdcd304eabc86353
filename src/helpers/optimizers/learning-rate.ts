import { UsageError } from "../../shared/usage-error";
import { learningRateOf, setLearningRateOf } from "../compiled/optimizers";
import type * as tf from "../tf";

/**
 * The learning rate with which a compiled model takes its next step, like `model.optimizer.learning_rate` in Keras.
 *
 * @throws UsageError if the model isn't compiled, or its optimizer has no learning rate
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const model = buildModel();
 * model.compile({ optimizer: tf.train.adam(0.001), loss: "categoricalCrossentropy" });
 * getLearningRate(model) // 0.001
 */
export function getLearningRate(model: tf.LayersModel): number {
  return learningRateOf(optimizerWithRate(model, "getLearningRate"));
}

/**
 * Sets the learning rate of a compiled model's optimizer, like `model.optimizer.learning_rate = …` in Keras. The next
 * step uses it, compiled or not; the optimizer's moments stay.
 *
 * @param rate a finite number of at least 0
 * @throws UsageError if the model isn't compiled, or the rate is negative or not a number
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const model = buildModel();
 * model.compile({ optimizer: tf.train.adam(0.001), loss: "categoricalCrossentropy" });
 * setLearningRate(model, getLearningRate(model) / 10);
 */
export function setLearningRate(model: tf.LayersModel, rate: number): void {
  const optimizer = optimizerWithRate(model, "setLearningRate");
  if (!(Number.isFinite(rate) && rate >= 0)) {
    throw new UsageError(
      `setLearningRate: expected a finite number of at least 0, found ${String(rate)}. Usual rates are 0.1 to 0.0001.`,
    );
  }
  // tf.train.sgd also keeps the rate in a tensor, which only its own method replaces. (In tfjs every optimizer is an
  // `instanceof` each class of optimizers.)
  if ("setLearningRate" in optimizer) (optimizer as tf.SGDOptimizer).setLearningRate(rate);
  else setLearningRateOf(optimizer, rate);
}

function optimizerWithRate(model: tf.LayersModel, caller: string): tf.Optimizer {
  if (model.optimizer === undefined) {
    throw new UsageError(
      `${caller}: expected a compiled model, found one without an optimizer. Call model.compile({ optimizer, loss }).`,
    );
  }
  if (Number.isNaN(learningRateOf(model.optimizer))) {
    throw new UsageError(
      `${caller}: expected an optimizer with a number in its field learningRate, ` +
        `found ${model.optimizer.constructor.name}.`,
    );
  }
  return model.optimizer;
}
