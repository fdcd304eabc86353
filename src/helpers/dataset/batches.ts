import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";
import { describe } from "../tf/checks";
import { nextSeed } from "../tf/seed";
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
  /** The seed of the order: its own, or one that follows from `setRandomSeed`. */
  private readonly orderSeed: number | string | undefined;
  private random: () => number;

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
    this.orderSeed = shuffling === undefined ? undefined : (shuffling.seed ?? nextSeed());
    this.random = randomNumbers(this.orderSeed);
  }

  /** The seed that the pairs are shuffled with, if there is one. */
  get seed(): number | undefined {
    return this.shuffling?.seed;
  }

  /**
   * The next epoch has the order of this epoch of a new dataset, counted from 0. Without a seed every order is as good.
   */
  startAt(epoch: number): void {
    if (this.shuffling === undefined || this.orderSeed === undefined) return;
    this.random = randomNumbers(this.orderSeed);
    for (let earlier = 0; earlier < epoch; earlier++)
      shuffledOrder(this.xs.shape[0], this.shuffling.bufferSize, this.random);
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

/** @throws if one of them isn't a tensor, or has been disposed */
export function requireTensors(caller: string, xs: tf.Tensor, ys: tf.Tensor): void {
  for (const [name, tensor] of Object.entries({ inputs: xs, targets: ys })) {
    if (!(tensor instanceof tf.Tensor)) {
      throw new UsageError(
        `${caller}: expected ${name} as a tensor, found ${describe(tensor)}. Pass [xs, ys], two tensors.`,
      );
    }
    if (tensor.isDisposed) {
      throw new UsageError(
        `${caller}: expected ${name} that are still in memory, found disposed ones. Re-run the preprocessing cell.`,
      );
    }
  }
}
