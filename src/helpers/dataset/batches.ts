import * as tf from "../tf";
import { randomNumbers, shuffledOrder, type ShuffleOptions } from "./order";

/** One step's worth of data. */
export type Batch = {
  /** Inputs, shape `[batchSize, …]`. */
  xs: tf.Tensor;
  /** Targets, shape `[batchSize, …]`. */
  ys: tf.Tensor;
};

/**
 * Whole batches, gathered in native memory when they are asked for. `model.fitDataset` and `model.evaluateDataset`
 * accept it and dispose each batch after its step; whoever else iterates disposes the batches that he gets.
 */
export class BatchedDataset extends tf.data.Dataset<Batch> {
  /** Batches in an epoch. */
  override readonly size: number;
  private readonly random: () => number;

  constructor(
    readonly xs: tf.Tensor,
    readonly ys: tf.Tensor,
    readonly batchSize: number,
    dropRemainder: boolean,
    private readonly shuffling?: ShuffleOptions,
  ) {
    super();
    const batches = xs.shape[0] / batchSize;
    this.size = dropRemainder ? Math.floor(batches) : Math.ceil(batches);
    this.random = randomNumbers(shuffling?.seed);
  }

  /**
   * The indices of the pairs in each batch of one epoch; a new order each time when the dataset is shuffled.
   *
   * @throws when the tensors have been disposed of
   */
  *indices(): Generator<Int32Array> {
    requireTensors("an epoch", this.xs, this.ys);
    const count = this.xs.shape[0];
    const order = this.shuffling
      ? shuffledOrder(count, this.shuffling.bufferSize, this.random)
      : Int32Array.from({ length: count }, (_, index) => index);
    for (let batch = 0; batch < this.size; batch++) {
      yield order.subarray(batch * this.batchSize, Math.min((batch + 1) * this.batchSize, count));
    }
  }

  /** The batches of one epoch. */
  override async iterator() {
    return tf.data.generator(() => this.batches()).iterator();
  }

  /** tf.data's `prefetch`. Batches are gathered in native memory between two steps, so there is nothing to run ahead of. */
  override prefetch(_bufferSize: number): this {
    return this;
  }

  private *batches(): Generator<Batch> {
    for (const indices of this.indices()) {
      yield tf.tidy(() => {
        const rows = tf.tensor1d(indices, "int32");
        return { xs: tf.gather(this.xs, rows), ys: tf.gather(this.ys, rows) };
      });
    }
  }
}

/** @throws when one of the tensors has been disposed of */
export function requireTensors(caller: string, xs: tf.Tensor, ys: tf.Tensor): void {
  for (const [name, tensor] of [
    ["inputs", xs],
    ["targets", ys],
  ] as const) {
    if (tensor.isDisposed)
      throw new Error(`${caller}: the ${name} are disposed. Make them anew by running the cell that preprocesses.`);
  }
}
