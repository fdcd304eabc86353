import type { BatchedDataset } from "../dataset";
import type * as tf from "../tf";
import { metricName, requireCompiled } from "./model-state";

/** Loss and metrics by Keras's names, such as `{ loss: 0.0432, accuracy: 0.9871 }`. */
export type Logs = Record<string, number>;

/**
 * Loss and metrics of a compiled model on a dataset, as `model.evaluate(dataset, return_dict=True)` in Keras.
 * Each is the mean over all examples. The weights are not changed and no tensor is left behind.
 *
 * @throws when the model is not compiled
 */
export async function evaluate(model: tf.LayersModel, dataset: BatchedDataset): Promise<Logs> {
  requireCompiled(model, "evaluate");
  const scalars = [await model.evaluateDataset(dataset, { verbose: 0 })].flat();
  const logs: Logs = {};
  for (const [index, scalar] of scalars.entries()) {
    logs[metricName(model.metricsNames[index])] = (await scalar.data())[0];
    scalar.dispose();
  }
  return logs;
}
