import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";

/** What the loss of an example counts, by its class from 0. */
export type ClassWeight = Readonly<Record<number, number>>;

/** @throws UsageError if the weights aren't those of the model's classes, or its loss isn't one of classes */
export function checkClassWeight(model: tf.LayersModel, classWeight: ClassWeight): void {
  if (model.outputs.length > 1 || model.outputs[0].shape.length !== 2) {
    const shapes = model.outputs.map(({ shape }) => `[${shape.join(", ")}]`).join(" and ");
    throw new UsageError(
      `fit: classWeight: expected a model with one output of shape [batch, classes], found ${shapes}.`,
    );
  }
  if (typeof model.loss !== "string" || !/cross_?entropy/i.test(model.loss)) {
    const found = typeof model.loss === "string" ? JSON.stringify(model.loss) : "a loss of your own";
    throw new UsageError(
      `fit: classWeight: expected a loss for classes, such as "categorical_crossentropy", found ${found}. ` +
        "A function of your own can do the weighting itself.",
    );
  }
  const count = classCount(model);
  for (const [name, weight] of Object.entries(classWeight)) {
    if (!/^\d+$/.test(name) || Number(name) >= count)
      throw new UsageError(`fit: classWeight: expected classes from 0 to ${count - 1}, found ${name}.`);
    if (typeof weight !== "number" || !(weight >= 0) || weight === Infinity)
      throw new UsageError(`fit: classWeight: expected a weight from 0 for class ${name}, found ${String(weight)}.`);
  }
}

/** The weights of all classes; 1 for those that `classWeight` doesn't name. The caller disposes the tensor. */
export function classWeightsOf(model: tf.LayersModel, classWeight: ClassWeight): tf.Tensor1D {
  return tf.tensor1d(Array.from({ length: classCount(model) }, (_, index) => classWeight[index] ?? 1));
}

/** How many classes the labels of the model have; one output tells two of them apart. */
function classCount(model: tf.LayersModel): number {
  const units = model.outputs[0].shape[1] ?? 1;
  return units === 1 ? 2 : units;
}
