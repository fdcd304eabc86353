import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import type * as tf from "../tf";
import { describe } from "../tf/checks";
import { BatchedDataset, requireTensors } from "./batches";
import type { ShuffleOptions } from "./order";

/**
 * Pairs of one input and one target each, cut from two tensors along their first axis. It refers to the tensors and
 * copies nothing; dispose them when you no longer use the dataset.
 */
export class TensorSlices<Inputs extends tf.Tensor = tf.Tensor, Targets extends tf.Tensor = tf.Tensor> {
  constructor(
    readonly xs: Inputs,
    readonly ys: Targets,
    private readonly shuffling?: ShuffleOptions,
  ) {}

  /** The number of pairs. */
  get size(): number {
    return this.xs.shape[0];
  }

  /**
   * Puts the pairs in a random order, a new one for each epoch, like `tf.data.Dataset.shuffle`.
   *
   * @param bufferSize how many pairs the next one is drawn from; the number of pairs for a perfect shuffle
   * @param options.seed gives the same sequence of orders in every run
   * @throws if `bufferSize` isn't a whole number of at least 1, or the dataset is already shuffled
   */
  shuffle(bufferSize: number, options: { seed?: number } = {}): TensorSlices<Inputs, Targets> {
    checkWholeNumber("shuffle: bufferSize", bufferSize, 1);
    if (this.shuffling !== undefined) {
      throw new UsageError("shuffle: expected a dataset in order, found a shuffled one. Call shuffle once.");
    }
    return new TensorSlices(this.xs, this.ys, { bufferSize, seed: options.seed });
  }

  /**
   * Groups pairs into batches, like `tf.data.Dataset.batch`.
   *
   * @param batchSize pairs in a batch
   * @param options.dropRemainder leaves out a smaller last batch; by default it is kept
   * @throws if `batchSize` isn't a whole number of at least 1, or no batch would be left
   */
  batch(batchSize: number, options: { dropRemainder?: boolean } = {}): BatchedDataset<Inputs, Targets> {
    checkWholeNumber("batch: batchSize", batchSize, 1);
    const dropRemainder = options.dropRemainder ?? false;
    if (dropRemainder && batchSize > this.size) {
      throw new UsageError(
        `batch: expected a batchSize of at most ${this.size} (the number of pairs) with dropRemainder, ` +
          `found ${batchSize}. No batch would be left.`,
      );
    }
    return new BatchedDataset(this.xs, this.ys, batchSize, dropRemainder, this.shuffling);
  }
}

/**
 * A dataset of the slices of two tensors along their first axis, like `tf.data.Dataset.from_tensor_slices((x, y))`.
 *
 * ```ts
 * const train = fromTensorSlices([xTrain, yTrain]).shuffle(60_000).batch(100, { dropRemainder: true });
 * ```
 *
 * @param tensors inputs, shape `[count, …]`, and targets, shape `[count, …]`
 * @throws if there are more of one than of the other, or they are scalars or disposed
 * @see notebooks/06-dataset.ipynb
 * @example
 * const trainSet = fromTensorSlices([xTrainScaled, yTrainOneHot])
 *   .shuffle(60_000)
 *   .batch(100, { dropRemainder: true });
 */
export function fromTensorSlices<Inputs extends tf.Tensor, Targets extends tf.Tensor>(
  tensors: readonly [Inputs, Targets],
): TensorSlices<Inputs, Targets> {
  if (!Array.isArray(tensors)) {
    throw new UsageError(
      `fromTensorSlices: expected [xs, ys], found ${describe(tensors)}. Pass two tensors in an array.`,
    );
  }
  const [xs, ys] = tensors;
  requireTensors("fromTensorSlices", xs, ys);
  for (const [name, tensor] of Object.entries({ inputs: xs, targets: ys })) {
    if (tensor.rank === 0) {
      throw new UsageError(`fromTensorSlices: expected ${name} with a first axis to cut along, found a scalar.`);
    }
  }
  if (xs.shape[0] !== ys.shape[0]) {
    throw new UsageError(
      `fromTensorSlices: expected as many inputs as targets, found shapes [${xs.shape}] and [${ys.shape}].`,
    );
  }
  if (xs.shape[0] === 0) throw new UsageError("fromTensorSlices: expected at least one pair, found none.");
  return new TensorSlices(xs, ys);
}
