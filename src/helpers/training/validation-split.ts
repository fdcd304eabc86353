import { UsageError } from "../../shared/usage-error";
import { BatchedDataset } from "../dataset";
import type * as tf from "../tf";

type Dataset = tf.data.Dataset<tf.TensorContainer>;

/**
 * Keeps the last examples of a dataset for the validation.
 *
 * @param fraction how many of the examples, above 0 and below 1
 * @param validationData what the caller gave for the validation besides
 * @returns the data to train on and the data to validate on
 * @throws UsageError if the dataset isn't in memory, the fraction leaves no batch on one side, or there is
 *   `validationData` as well
 */
export function splitForValidation(
  dataset: Dataset,
  fraction: number,
  validationData: Dataset | undefined,
): [training: Dataset, validation: Dataset] {
  if (validationData !== undefined) {
    throw new UsageError("fit: expected validationData or validationSplit, found both. Leave out one of them.");
  }
  if (typeof fraction !== "number" || !(fraction > 0 && fraction < 1)) {
    throw new UsageError(`fit: validationSplit: expected a number above 0 and below 1, found ${String(fraction)}.`);
  }
  if (!(dataset instanceof BatchedDataset)) {
    throw new UsageError(
      "fit: validationSplit: expected a dataset of fromTensorSlices, whose examples can be told apart beforehand, " +
        "found another one. Split the data yourself and pass validationData.",
    );
  }
  return (dataset as BatchedDataset).split(fraction);
}
