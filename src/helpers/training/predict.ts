import { UsageError } from "../../shared/usage-error";
import { CompiledModel } from "../compiled";
import * as tf from "../tf";
import { checkModel } from "../tf/checks";
import { inOrder, type ModelData } from "../tf/model-data";
import { requireDataset } from "./steps";

/**
 * A model's outputs for a whole dataset, like `model.predict(dataset)` in Keras: one row per example, in the dataset's
 * order. A shuffled dataset has a new order each time, so predict an unshuffled one.
 *
 * @param dataset batches of inputs: a tensor each, `{ xs }` or `{ xs, ys }`, of which the labels are ignored. A model
 *   with several inputs takes them as an array, or as an object by the inputs' names
 * @returns one tensor, or for a model with several outputs an array of them; freed when nothing refers to them any more
 * @throws UsageError if the dataset repeats forever, yields no batches or yields something else
 * @see notebooks/11-evaluate.ipynb
 * @example const probabilities = await predict(model, testSet); // [10000, 10]
 */
export async function predict<Output extends tf.Tensor | tf.Tensor[] = tf.Tensor>(
  model: tf.LayersModel,
  dataset: tf.data.Dataset<tf.TensorContainer>,
): Promise<Output> {
  checkModel("predict: model", model);
  requireDataset(dataset, "predict: dataset");
  const compiled = CompiledModel.of(model);
  compiled.recheck();
  /** The batches of each output. */
  const parts: tf.Tensor[][] = model.outputs.map(() => []);
  try {
    const iterator = await dataset.iterator();
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      try {
        const outputs = compiled.predictOnBatch(inputsOf(model, next.value));
        outputs.forEach((output, place) => parts[place].push(output));
      } finally {
        tf.dispose(next.value);
      }
      // Steps are synchronous: timers, messages and a stop button get their turn between two of them.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (parts[0].length === 0) {
      throw new UsageError(
        "predict: dataset: expected at least one batch, found none. " +
          "Check its filter, or make the dataset again if it can be read only once.",
      );
    }
    const whole = parts.map((batches) => tf.concat(batches));
    return (whole.length === 1 ? whole[0] : whole) as Output;
  } finally {
    tf.dispose(parts);
  }
}

/** The inputs in an element of the dataset, in the model's order. */
function inputsOf(model: tf.LayersModel, element: tf.TensorContainer): tf.Tensor[] {
  const isBatch = typeof element === "object" && element !== null && "xs" in element;
  return inOrder(
    "predict: dataset: inputs of a batch",
    (isBatch ? element.xs : element) as ModelData,
    model.inputNames,
  );
}
