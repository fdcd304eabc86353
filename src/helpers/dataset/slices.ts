import type * as tf from "../tf";
import { BatchedDataset, requireTensors } from "./batches";
import type { ShuffleOptions } from "./order";

/**
 * Pairs of one input and one target each, cut from two tensors along their first axis. It refers to the tensors and
 * copies nothing; dispose of them when you no longer use the dataset.
 */
export class TensorSlices {
  constructor(
    readonly xs: tf.Tensor,
    readonly ys: tf.Tensor,
    private readonly shuffling?: ShuffleOptions,
  ) {}

  /** The number of pairs. */
  get size(): number {
    return this.xs.shape[0];
  }

  /**
   * Gives the pairs out in a random order, a new one for each epoch, as `tf.data.Dataset.shuffle`.
   *
   * @param bufferSize how many pairs the next one is drawn from; the number of pairs for a perfect shuffle
   * @param options.seed makes the sequence of orders the same in every run
   * @throws when `bufferSize` is not a whole number from 1, or the dataset is shuffled already
   */
  shuffle(bufferSize: number, options: { seed?: number } = {}): TensorSlices {
    requireWholeNumber("shuffle", "a buffer size", bufferSize);
    if (this.shuffling !== undefined)
      throw new Error("shuffle: expected a dataset in order, found a shuffled one. Call shuffle once.");
    return new TensorSlices(this.xs, this.ys, { bufferSize, seed: options.seed });
  }

  /**
   * Puts pairs together into batches, as `tf.data.Dataset.batch`.
   *
   * @param batchSize pairs in a batch
   * @param options.dropRemainder leaves out a last batch that would be smaller (default: it is kept)
   * @throws when `batchSize` is not a whole number from 1, or no batch would be left
   */
  batch(batchSize: number, options: { dropRemainder?: boolean } = {}): BatchedDataset {
    requireWholeNumber("batch", "a batch size", batchSize);
    const dropRemainder = options.dropRemainder ?? false;
    if (dropRemainder && batchSize > this.size) {
      throw new Error(
        `batch: expected at most ${this.size} (the number of pairs) with dropRemainder, found ${batchSize}. No batch would be left.`,
      );
    }
    return new BatchedDataset(this.xs, this.ys, batchSize, dropRemainder, this.shuffling);
  }
}

/**
 * A dataset of the slices of two tensors along their first axis, as `tf.data.Dataset.from_tensor_slices((x, y))`.
 *
 * ```ts
 * const train = fromTensorSlices([xTrain, yTrain]).shuffle(60_000).batch(100, { dropRemainder: true });
 * ```
 *
 * @param tensors inputs, shape `[count, …]`, and targets, shape `[count, …]`
 * @throws when the two differ in number, are scalars or are disposed
 */
export function fromTensorSlices([xs, ys]: readonly [tf.Tensor, tf.Tensor]): TensorSlices {
  requireTensors("fromTensorSlices", xs, ys);
  for (const [name, tensor] of [
    ["inputs", xs],
    ["targets", ys],
  ] as const) {
    if (tensor.rank === 0)
      throw new Error(`fromTensorSlices: expected ${name} with a first axis to cut along, found a scalar.`);
  }
  if (xs.shape[0] !== ys.shape[0]) {
    throw new Error(
      `fromTensorSlices: expected as many inputs as targets, found shapes [${xs.shape}] and [${ys.shape}].`,
    );
  }
  if (xs.shape[0] === 0) throw new Error("fromTensorSlices: expected at least one pair, found none.");
  return new TensorSlices(xs, ys);
}

function requireWholeNumber(method: string, meaning: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${method}: expected ${meaning} that is a whole number from 1, found ${value}.`);
  }
}
