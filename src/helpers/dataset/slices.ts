import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import type * as tf from "../tf";
import { describe } from "../tf/checks";
import { type ModelData, tensorsOf } from "../tf/model-data";
import { type Batch, BatchedDataset, exampleCount, requireTensors } from "./batches";
import type { ShuffleOptions } from "./order";

/**
 * Pairs of one input and one target each, cut from tensors along their first axis. It refers to the tensors and copies
 * nothing; dispose them when you no longer use the dataset.
 */
export class TensorSlices<Inputs extends ModelData = tf.Tensor, Targets extends ModelData = tf.Tensor> {
  /** @param data all pairs, as one large batch */
  constructor(
    private readonly data: Batch<Inputs, Targets>,
    private readonly shuffling?: ShuffleOptions,
  ) {}

  /** The number of pairs. */
  get size(): number {
    return exampleCount(this.data);
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
    return new TensorSlices(this.data, { bufferSize, seed: options.seed });
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
    return new BatchedDataset(this.data, batchSize, dropRemainder, this.shuffling);
  }
}

/**
 * A dataset of the slices of tensors along their first axis, like `tf.data.Dataset.from_tensor_slices((x, y))`.
 *
 * ```ts
 * const train = fromTensorSlices([xTrain, yTrain]).shuffle(60_000).batch(100, { dropRemainder: true });
 * ```
 *
 * @param tensors inputs, shape `[count, …]`, targets, shape `[count, …]`, and if you like what the loss of each example
 *   counts, shape `[count]`, as Keras's `sample_weight`. For a model with several inputs or outputs, an array or an
 *   object of tensors takes the place of either
 * @throws UsageError if there are more of one than of the other, or they are scalars or disposed
 * @see notebooks/06-dataset.ipynb
 * @example
 * const trainSet = fromTensorSlices([xTrainScaled, yTrainOneHot])
 *   .shuffle(60_000)
 *   .batch(100, { dropRemainder: true });
 */
export function fromTensorSlices<Inputs extends ModelData, Targets extends ModelData>(
  tensors: readonly [Inputs, Targets] | readonly [Inputs, Targets, tf.Tensor1D],
): TensorSlices<Inputs, Targets> {
  if (!Array.isArray(tensors)) {
    throw new UsageError(
      `fromTensorSlices: expected [xs, ys], found ${describe(tensors)}. Pass two tensors in an array.`,
    );
  }
  const [xs, ys, sampleWeight] = tensors as readonly [Inputs, Targets, tf.Tensor1D | undefined];
  const data = sampleWeight === undefined ? { xs, ys } : { xs, ys, sampleWeight };
  requireTensors("fromTensorSlices", data);
  const inputs = tensorsOf(xs);
  const targets = tensorsOf(ys);
  for (const [name, tensors] of Object.entries({ inputs, targets })) {
    if (tensors.some(({ rank }) => rank === 0)) {
      throw new UsageError(`fromTensorSlices: expected ${name} with a first axis to cut along, found a scalar.`);
    }
  }
  const count = exampleCount(data);
  if ([...inputs, ...targets].some(({ shape }) => shape[0] !== count)) {
    const shapes = [inputs, targets].map((tensors) => tensors.map(({ shape }) => `[${shape}]`).join(", "));
    throw new UsageError(`fromTensorSlices: expected as many inputs as targets, found shapes ${shapes.join(" and ")}.`);
  }
  if (sampleWeight !== undefined && (sampleWeight.rank !== 1 || sampleWeight.shape[0] !== count)) {
    throw new UsageError(
      `fromTensorSlices: expected a sample weight for each of ${count} examples, shape [${count}], ` +
        `found shape [${sampleWeight.shape}].`,
    );
  }
  if (count === 0) throw new UsageError("fromTensorSlices: expected at least one pair, found none.");
  return new TensorSlices(data);
}
