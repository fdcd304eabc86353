/** The types of batches: tsc checks this file, and a missing error where one is expected fails the type-check. */
import assert from "node:assert/strict";
import { test } from "vitest";
import { fromGenerator, fromTensorSlices, type BatchedDataset } from "../../../src/helpers/dataset";
import * as tf from "../../../src/helpers/tf";

const images = tf.zeros<tf.Rank.R4>([4, 28, 28, 1]);
const targets = tf.zeros<tf.Rank.R2>([4, 10]);

test("a batch's tensors have the ranks of the tensors that the dataset was made from", async () => {
  const dataset = fromTensorSlices([images, targets]).shuffle(4, { seed: 1 }).batch(2);
  for (const batch of await dataset.toArray()) {
    const xs: tf.Tensor4D = batch.xs;
    const ys: tf.Tensor2D = batch.ys;
    // @ts-expect-error images have four axes
    const wrong: tf.Tensor3D = batch.xs;
    assert.deepEqual([xs.shape, ys.shape, wrong.rank], [[2, 28, 28, 1], [2, 10], 4]);
    tf.dispose(batch);
  }
});

test("the batches of a generator have the ranks of its tensors", async () => {
  const dataset = fromGenerator(1, function* () {
    yield { xs: tf.zeros<tf.Rank.R4>([2, 28, 28, 1]), ys: tf.zeros<tf.Rank.R2>([2, 10]) };
  });
  const [batch] = await dataset.toArray();
  const [, rows]: [number, number, number, number] = batch.xs.shape;
  assert.equal(rows, 28);
  // @ts-expect-error targets have two axes
  const wrong: tf.Tensor1D = batch.ys;
  assert.equal(wrong.rank, 2);
  tf.dispose(batch);
});

test("a dataset of known ranks is accepted where any ranks will do", () => {
  const any: BatchedDataset = fromTensorSlices([images, targets]).batch(2);
  assert.equal(any.size, 2);
});
