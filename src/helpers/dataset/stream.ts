import * as tf from "../tf";
import type { Batch } from "./batches";

/** Gives the batches of one epoch, one after the other. */
export type BatchGenerator = () => Iterator<Batch> | AsyncIterator<Batch>;

/**
 * A dataset whose batches are made while the model trains, for data that is larger than memory; as
 * `tf.data.Dataset.from_generator`. `fit` and `evaluate` dispose each batch after its step, so there is one at a time.
 *
 * ```ts
 * const train = fromGenerator(files.length, async function* () {
 *   for (const file of files) yield await readBatch(file); // { xs: [batchSize, 28, 28, 1], ys: [batchSize, 10] }
 * });
 * ```
 *
 * @param size batches in an epoch
 * @param generator called anew for each epoch
 * @throws when `size` is not a whole number from 1; while it is gone through, when the generator gives another number
 *   of batches, or something that is not a batch
 */
export function fromGenerator(size: number, generator: BatchGenerator): StreamedDataset {
  if (!Number.isInteger(size) || size < 1) {
    throw new Error(`fromGenerator: expected the number of batches in an epoch, a whole number from 1, found ${size}.`);
  }
  return new StreamedDataset(size, generator);
}

/** Batches that a function of the user's makes. */
export class StreamedDataset extends tf.data.Dataset<Batch> {
  constructor(
    /** Batches in an epoch. */
    override readonly size: number,
    private readonly generator: BatchGenerator,
  ) {
    super();
  }

  override async iterator() {
    return tf.data.generator(() => this.batches()).iterator();
  }

  private async *batches(): AsyncGenerator<Batch> {
    const iterator = this.generator();
    let count = 0;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      const batch: Partial<Batch> | undefined = next.value;
      if (!(batch?.xs instanceof tf.Tensor && batch.ys instanceof tf.Tensor)) {
        throw new Error(
          `fromGenerator: expected batch ${count} to be { xs: tensor, ys: tensor }, found ${describe(batch)}.`,
        );
      }
      if (++count > this.size) {
        tf.dispose(next.value);
        throw new Error(
          `fromGenerator: expected ${this.size} batches in an epoch, and the generator gives more. Set the size to what it gives.`,
        );
      }
      yield next.value;
    }
    if (count < this.size)
      throw new Error(
        `fromGenerator: expected ${this.size} batches in an epoch, found ${count}. Set the size to what the generator gives.`,
      );
  }
}

function describe(value: object | undefined): string {
  return typeof value === "object" && value !== null ? `{ ${Object.keys(value).join(", ")} }` : String(value);
}
