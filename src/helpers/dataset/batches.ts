import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";
import { describe } from "../tf/checks";
import { isModelData, mapTensors, type ModelData, tensorsOf } from "../tf/model-data";
import { nextSeed } from "../tf/seed";
import { randomNumbers, shuffledOrder, type ShuffleOptions } from "./order";

/** One step's worth of data. The type parameters are the tensors' types, such as `tf.Tensor4D` for images. */
export type Batch<Inputs extends ModelData = tf.Tensor, Targets extends ModelData = tf.Tensor> = {
  /** Inputs, shape `[batchSize, …]`; for a model with several of them, an array or an object by their names. */
  xs: Inputs;
  /** Targets, shape `[batchSize, …]`; for a model with several outputs, an array or an object by their names. */
  ys: Targets;
  /** What the loss of each example counts, shape `[batchSize]`; 1 if it's missing. */
  sampleWeight?: tf.Tensor1D;
};

/** A batch for a model with any number of inputs and outputs. */
export type AnyBatch = Batch<ModelData, ModelData>;

/**
 * Whole batches, gathered in native memory when they are needed. `model.fitDataset` and `model.evaluateDataset` accept
 * it and dispose each batch after its step, but they know no `sampleWeight`; if you iterate over it yourself, dispose
 * the batches yourself.
 */
export class BatchedDataset<Inputs extends ModelData = tf.Tensor, Targets extends ModelData = tf.Tensor> extends tf.data
  .Dataset<Batch<Inputs, Targets>> {
  /** Batches in an epoch. */
  override readonly size: number;
  /** The seed of the order: its own, or one that follows from `setRandomSeed`. */
  private readonly orderSeed: number | string | undefined;
  private random: () => number;
  /** The parts that {@link split} has made, by their fractions: their orders go on from epoch to epoch, too. */
  private readonly parts = new Map<number, [BatchedDataset<Inputs, Targets>, BatchedDataset<Inputs, Targets>]>();

  /**
   * @param data all examples, as one large batch
   * @param range the rows of `data` that this dataset has, by the first one and their number; all by default
   */
  constructor(
    readonly data: Batch<Inputs, Targets>,
    readonly batchSize: number,
    private readonly dropRemainder: boolean,
    private readonly shuffling?: ShuffleOptions,
    private readonly range = { first: 0, count: exampleCount(data) },
  ) {
    super();
    const batches = range.count / batchSize;
    this.size = dropRemainder ? Math.floor(batches) : Math.ceil(batches);
    this.orderSeed = shuffling === undefined ? undefined : (shuffling.seed ?? nextSeed());
    this.random = randomNumbers(this.orderSeed);
  }

  /** The number of examples. */
  get exampleCount(): number {
    return this.range.count;
  }

  /** The seed that the examples are shuffled with, if there is one. */
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
      shuffledOrder(this.range.count, this.shuffling.bufferSize, this.random);
  }

  /**
   * Cuts off the last examples, without copying anything; they are those before any shuffling, and stay in order.
   *
   * @param fraction how many of the examples are cut off, above 0 and below 1
   * @returns the other examples, shuffled as before, and the ones that were cut off; the same two datasets each time
   * @throws UsageError if one of the two would have no batch
   */
  split(fraction: number): [BatchedDataset<Inputs, Targets>, BatchedDataset<Inputs, Targets>] {
    const known = this.parts.get(fraction);
    if (known !== undefined) return known;
    const { first, count } = this.range;
    const kept = Math.floor(count * (1 - fraction)); // As in Keras, whose split ends at the same example.
    const rest = new BatchedDataset(this.data, this.batchSize, this.dropRemainder, this.shuffling, {
      first,
      count: kept,
    });
    const cutOff = new BatchedDataset(this.data, this.batchSize, false, undefined, {
      first: first + kept,
      count: count - kept,
    });
    if (rest.size === 0 || cutOff.size === 0) {
      throw new UsageError(
        `split: expected a part of ${count} examples that leaves some on both sides, found ${fraction}: ` +
          `${kept} and ${count - kept} examples in batches of ${this.batchSize}.`,
      );
    }
    this.parts.set(fraction, [rest, cutOff]);
    return [rest, cutOff];
  }

  /**
   * The indices of the examples in each batch of one epoch. A shuffled dataset has a new order each time.
   *
   * @throws if the tensors have been disposed
   */
  *indices(): Generator<Int32Array> {
    requireTensors("an epoch", this.data);
    const { first, count } = this.range;
    const order = this.shuffling
      ? shuffledOrder(count, this.shuffling.bufferSize, this.random)
      : Int32Array.from({ length: count }, (_, index) => index);
    if (first > 0) for (let place = 0; place < count; place++) order[place] += first;
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
        return gatherRows(this.data, rows);
      });
    }
  }
}

/** The number of examples in a batch whose tensors have been checked. */
export function exampleCount({ xs }: AnyBatch): number {
  return tensorsOf(xs)[0].shape[0];
}

/** The given examples of all of them, as a batch. */
function gatherRows<Inputs extends ModelData, Targets extends ModelData>(
  { xs, ys, sampleWeight }: Batch<Inputs, Targets>,
  rows: tf.Tensor1D,
): Batch<Inputs, Targets> {
  const gather = <T extends tf.Tensor>(tensor: T): T => tf.gather(tensor, rows);
  const pairs = { xs: mapTensors(xs, gather), ys: mapTensors(ys, gather) };
  return sampleWeight === undefined ? pairs : { ...pairs, sampleWeight: gather(sampleWeight) };
}

/** @throws UsageError if something in it isn't a tensor, or has been disposed */
export function requireTensors(caller: string, { xs, ys, sampleWeight }: AnyBatch): void {
  for (const [name, data] of Object.entries({ inputs: xs, targets: ys, "sample weights": sampleWeight })) {
    if (name === "sample weights" && data === undefined) continue;
    if (!isModelData(data)) {
      throw new UsageError(
        `${caller}: expected ${name} as a tensor, found ${describe(data)}. Pass [xs, ys], two tensors; ` +
          "or an array or object of tensors in place of either, for a model with several inputs or outputs.",
      );
    }
    if (tensorsOf(data).some((tensor) => tensor.isDisposed)) {
      throw new UsageError(
        `${caller}: expected ${name} that are still in memory, found disposed ones. Re-run the preprocessing cell.`,
      );
    }
  }
}
