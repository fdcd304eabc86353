import { UsageError } from "../../shared/usage-error";
import { BatchedDataset } from "../dataset";
import { formatShapes } from "../model/summary";
import * as tf from "../tf";
import { type ModelData, tensorsOf } from "../tf/model-data";

/** What the loss of an example counts, by its class from 0. */
export type ClassWeight = Readonly<Record<number, number>>;

/**
 * @throws UsageError if the weights aren't those of the model's classes, its loss isn't one of classes, or the dataset
 *   has weights of its own
 */
export function checkClassWeight(
  model: tf.LayersModel,
  classWeight: ClassWeight,
  dataset: tf.data.Dataset<tf.TensorContainer>,
): void {
  if (dataset instanceof BatchedDataset && (dataset as BatchedDataset).data.sampleWeight !== undefined)
    refuseBothWeights();
  if (model.outputs.length > 1 || model.outputs[0].shape.length !== 2) {
    const shapes = formatShapes(model.outputs.map(({ shape }) => shape));
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

/** @throws UsageError always, as Keras does */
export function refuseBothWeights(): never {
  throw new UsageError(
    "fit: classWeight: expected a dataset without weights of its own, found one with sampleWeight. " +
      "Multiply the one by the other, and leave out classWeight.",
  );
}

/** What examples count by their classes. */
export class ClassWeights {
  /** The weights of all classes; 1 for those that aren't named. */
  private readonly weights: tf.Tensor1D;
  /** The weights of all examples of a dataset in memory. */
  private all: tf.Tensor1D | undefined;

  constructor(model: tf.LayersModel, classWeight: ClassWeight) {
    this.weights = tf.tensor1d(Array.from({ length: classCount(model) }, (_, index) => classWeight[index] ?? 1));
  }

  /**
   * What each example of a batch counts: the class is that of its largest label, or its only label rounded, as in
   * Keras. The caller disposes the tensor.
   */
  of(ys: ModelData): tf.Tensor1D {
    return tf.tidy(() => {
      const [target] = tensorsOf(ys);
      const hasLabelPerClass = target.rank === 2 && (target.shape[1] ?? 1) > 1;
      return this.weights.gather(hasLabelPerClass ? target.argMax(1) : target.flatten().round().toInt());
    });
  }

  /** The same for all examples of the dataset that is trained on; the tensor is kept until {@link dispose}. */
  ofAll(ys: ModelData): tf.Tensor1D {
    return (this.all ??= tf.keep(this.of(ys)));
  }

  dispose(): void {
    this.weights.dispose();
    this.all?.dispose();
  }
}

/** How many classes the labels of the model have; one output tells two of them apart. */
function classCount(model: tf.LayersModel): number {
  const units = model.outputs[0].shape[1] ?? 1;
  return units === 1 ? 2 : units;
}
