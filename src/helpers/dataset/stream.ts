import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";
import { isModelData } from "../tf/model-data";
import type { AnyBatch } from "./batches";

/** Makes the batches of one epoch, one after the other. */
export type BatchGenerator<B extends AnyBatch = AnyBatch> = () => Iterator<B> | AsyncIterator<B>;

/**
 * A dataset whose batches are made during training, for data that doesn't fit into memory, like
 * `tf.data.Dataset.from_generator`. `fit` and `evaluate` dispose each batch after its step, so there is one at a time.
 *
 * ```ts
 * const train = fromGenerator(files.length, async function* () {
 *   for (const file of files) yield await readBatch(file); // { xs: [batchSize, 28, 28, 1], ys: [batchSize, 10] }
 * });
 * ```
 *
 * @param size batches in an epoch
 * @param generator called once for each epoch
 * @throws if `size` isn't a whole number of at least 1; during an epoch, if the generator yields more or fewer batches,
 *   or something that isn't a batch
 * @see notebooks/06-dataset.ipynb
 * @example
 * const noise = fromGenerator(10, function* () {
 *   for (let batch = 0; batch < 10; batch++) {
 *     yield { xs: tf.randomUniform([32, 28, 28, 1]), ys: tf.zeros([32, 10]) };
 *   }
 * });
 */
export function fromGenerator<B extends AnyBatch>(size: number, generator: BatchGenerator<B>): StreamedDataset<B> {
  checkWholeNumber("fromGenerator: size (batches in an epoch)", size, 1);
  if (typeof generator !== "function") {
    throw new UsageError(
      `fromGenerator: expected a function that yields batches, found ${describe(generator)}. ` +
        "Pass a generator function: function* () { yield { xs, ys }; }.",
    );
  }
  return new StreamedDataset(size, generator);
}

/** A dataset whose batches come from a function. */
export class StreamedDataset<B extends AnyBatch = AnyBatch> extends tf.data.Dataset<B> {
  constructor(
    /** Batches in an epoch. */
    override readonly size: number,
    private readonly generator: BatchGenerator<B>,
  ) {
    super();
  }

  /** The batches of one epoch. */
  override async iterator() {
    return tf.data.generator(() => this.batches()).iterator();
  }

  private async *batches(): AsyncGenerator<B> {
    const iterator = this.generator();
    let count = 0;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      const batch: Partial<AnyBatch> | undefined = next.value;
      if (![batch?.xs, batch?.ys].every(isModelData)) {
        throw new UsageError(
          `fromGenerator: expected batch ${count} to be { xs: tensor, ys: tensor }, found ${describe(batch)}.`,
        );
      }
      if (++count > this.size) {
        tf.dispose(next.value);
        throw new UsageError(
          `fromGenerator: expected ${this.size} batches in an epoch, but the generator yields more. ` +
            "Set the size to the number that it yields.",
        );
      }
      yield next.value;
    }
    if (count < this.size) {
      throw new UsageError(
        `fromGenerator: expected ${this.size} batches in an epoch, found ${count}. ` +
          "Set the size to the number that the generator yields.",
      );
    }
  }
}

function describe(value: object | undefined): string {
  return typeof value === "object" && value !== null ? `{ ${Object.keys(value).join(", ")} }` : String(value);
}
