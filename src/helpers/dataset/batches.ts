import * as tf from "../tf";
import { randomNumbers, shuffledOrder, type ShuffleOptions } from "./order";

/** One step's worth of data. The type parameters are the tensors' types, such as `tf.Tensor4D` for images. */
export type Batch<Inputs extends tf.Tensor = tf.Tensor, Targets extends tf.Tensor = tf.Tensor> = {
  /** Inputs, shape `[batchSize, …]`. */
  xs: Inputs;
  /** Targets, shape `[batchSize, …]`. */
  ys: Targets;
};

/**
 * Whole batches, gathered in native memory when they are needed. `model.fitDataset` and `model.evaluateDataset` accept
 * it and dispose each batch after its step; if you iterate over it yourself, dispose the batches yourself.
 */
export class BatchedDataset<Inputs extends tf.Tensor = tf.Tensor, Targets extends tf.Tensor = tf.Tensor> extends tf.data
  .Dataset<Batch<Inputs, Targets>> {
  /** Batches in an epoch. */
  override readonly size: number;
  private readonly random: () => number;

  constructor(
    readonly xs: Inputs,
    readonly ys: Targets,
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
   * The indices of the pairs in each batch of one epoch. A shuffled dataset has a new order each time.
   *
   * @throws if the tensors have been disposed
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

  /** Like tf.data's `prefetch`, but does nothing: a batch is gathered in native memory, which takes next to no time. */
  override prefetch(_bufferSize: number): this {
    return this;
  }

  private *batches(): Generator<Batch<Inputs, Targets>> {
    for (const indices of this.indices()) {
      yield tf.tidy(() => {
        const rows = tf.tensor1d(indices, "int32");
        return { xs: tf.gather(this.xs, rows), ys: tf.gather(this.ys, rows) };
      });
    }
  }
}

/** @throws if one of the tensors has been disposed */
export function requireTensors(caller: string, xs: tf.Tensor, ys: tf.Tensor): void {
  for (const [name, tensor] of Object.entries({ inputs: xs, targets: ys })) {
    if (tensor.isDisposed) {
      throw new Error(
        `${caller}: expected ${name} that are still in memory, found disposed ones. Re-run the preprocessing cell.`,
      );
    }
  }
}
