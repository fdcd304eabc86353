import { CompiledModel } from "../compiled";
import type { Logs } from "../history/history";
import type * as tf from "../tf";
import { runEpoch } from "./epoch";
import { requireCompiled, requireDataset, testingStep } from "./steps";

/**
 * Loss and metrics of a compiled model on a dataset, like `model.evaluate(dataset, return_dict=True)` in Keras.
 * Each is the mean over all examples; a dataset's `sampleWeight` weights the loss. The model doesn't change and no
 * tensor is left behind.
 *
 * A model with other metrics than accuracy names them: `evaluate<"mse">(model, dataset)`. Each output of a model with
 * several has its own: `digit_loss`, `digit_accuracy`.
 *
 * @throws UsageError if the model isn't compiled, or the dataset repeats forever, yields no batches or yields something
 *   else
 * @see notebooks/11-evaluate.ipynb
 * @example const { loss, accuracy } = await evaluate(model, testSet);
 */
export async function evaluate<Metric extends string = "accuracy">(
  model: tf.LayersModel,
  dataset: tf.data.Dataset<tf.TensorContainer>,
): Promise<Logs<Metric>> {
  requireCompiled(model, "evaluate");
  requireDataset(dataset, "evaluate: dataset");
  const compiled = CompiledModel.of(model);
  compiled.recheck();
  return runEpoch(dataset, testingStep(compiled), { name: "evaluate: dataset", totalSteps: dataset.size });
}
