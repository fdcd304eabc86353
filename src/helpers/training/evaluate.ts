import { CompiledModel } from "../compiled";
import type { Batch } from "../dataset";
import type * as tf from "../tf";
import { runEpoch, type Logs } from "./epoch";

/**
 * Loss and metrics of a compiled model on a dataset, as `model.evaluate(dataset, return_dict=True)` in Keras.
 * Each is the mean over all examples. The weights are not changed and no tensor is left behind.
 *
 * @throws when the model is not compiled
 */
export async function evaluate(model: tf.LayersModel, dataset: tf.data.Dataset<Batch>): Promise<Logs> {
  requireCompiled(model, "evaluate");
  const compiled = CompiledModel.of(model);
  return runEpoch(dataset, ({ xs, ys }) => compiled.testOnBatch(xs, ys));
}

/** @throws when the model has no optimizer and loss yet */
export function requireCompiled(model: tf.LayersModel, caller: string): void {
  if (model.optimizer === undefined) {
    throw new Error(`${caller}: expected a compiled model, found one without optimizer and loss. Call model.compile({ optimizer, loss, metrics }) first.`);
  }
}
