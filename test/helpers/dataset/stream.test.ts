import assert from "node:assert/strict";
import { beforeAll, describe, test } from "vitest";
import { type Batch, fromGenerator, fromTensorSlices } from "../../../src/helpers/dataset";
import * as tf from "../../../src/helpers/tf";

beforeAll(() => tf.ready());

const batch = (value: number): Batch => ({ xs: tf.tensor2d([[value]]), ys: tf.tensor2d([[-value]]) });

async function valuesOf(dataset: tf.data.Dataset<Batch>): Promise<number[]> {
  const values: number[] = [];
  await dataset.forEachAsync(({ xs, ys }) => {
    values.push(xs.dataSync()[0]);
    tf.dispose([xs, ys]);
  });
  return values;
}

describe("fromGenerator", () => {
  test("starts the generator again for each epoch, plain or async", async () => {
    let epochs = 0;
    const plain = fromGenerator(2, function* () {
      yield batch(10 * ++epochs);
      yield batch(10 * epochs + 1);
    });
    assert.equal(plain.size, 2);
    assert.deepEqual(
      [await valuesOf(plain), await valuesOf(plain)],
      [
        [10, 11],
        [20, 21],
      ],
    );
    const delayed = fromGenerator(2, async function* () {
      for (const value of [1, 2]) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        yield batch(value);
      }
    });
    assert.deepEqual(await valuesOf(delayed), [1, 2]);
  });

  test("makes a batch when it is requested, not before", async () => {
    let made = 0;
    const iterator = await fromGenerator(3, function* () {
      for (; made < 3;) yield batch(++made);
    }).iterator();
    assert.equal(made, 0);
    tf.dispose((await iterator.next()).value);
    assert.equal(made, 1);
  });

  test("rejects a wrong size, too few or too many batches, and anything that isn't a batch", async () => {
    for (const size of [0, -1, 1.5, NaN, Infinity])
      assert.throws(() => fromGenerator(size, () => [batch(1)].values()), /whole number of at least 1, found/);
    const two = () => [batch(1), batch(2)].values();
    await assert.rejects(valuesOf(fromGenerator(3, two)), /expected 3 batches in an epoch, found 2\. Set the size/);
    await assert.rejects(
      valuesOf(fromGenerator(1, two)),
      /expected 1 batches in an epoch, but the generator yields more/,
    );
    const wrong = [{ x: tf.scalar(1) }, tf.scalar(1), 3, undefined, null] as unknown as Batch[];
    for (const value of wrong)
      await assert.rejects(
        valuesOf(fromGenerator(1, () => [value].values())),
        /expected batch 0 to be \{ xs: tensor, ys: tensor \}, found/,
      );
  });

  test("passes on an error of the generator", async () => {
    const failing = fromGenerator(1, function* (): Generator<Batch> {
      throw new Error("the disk is gone");
    });
    await assert.rejects(valuesOf(failing), /the disk is gone/);
  });

  test("gives the same batches as slices in memory", async () => {
    const x = tf.tensor2d([[1], [2], [3], [4]]);
    const inMemory = fromTensorSlices([x, x]).batch(2);
    const streamed = fromGenerator(2, function* () {
      for (const start of [0, 2]) yield { xs: x.slice(start, 2), ys: x.slice(start, 2) };
    });
    assert.deepEqual(await valuesOf(streamed), await valuesOf(inMemory));
  });
});
