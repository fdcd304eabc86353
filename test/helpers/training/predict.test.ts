import assert from "node:assert/strict";
import { afterEach, beforeAll, beforeEach, describe, test } from "vitest";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import * as tf from "../../../src/helpers/tf";
import { releaseUnreachable } from "../../../src/helpers/tf/memory";
import { predict } from "../../../src/helpers/training";
import { UsageError } from "../../../src/shared/usage-error";
import { makeProblem, type Problem } from "./problem";

beforeAll(() => tf.ready());

let problem: Problem;
beforeEach(() => {
  problem = makeProblem();
});
afterEach(() => problem.dispose());

function assertSame(found: tf.Tensor, expected: tf.Tensor): void {
  assert.deepEqual(found.shape, expected.shape);
  const [ours, theirs] = [found.dataSync(), expected.dataSync()];
  ours.forEach((value, place) => assert.ok(Math.abs(value - theirs[place]) < 1e-6, `${value}, ${theirs[place]}`));
  tf.dispose([found, expected]);
}

describe("predict", () => {
  test("gives what the model gives for all examples at once, in their order", async () => {
    const { model, xs, ys } = problem;
    for (const batchSize of [1, 7, 50, 1000]) {
      assertSame(await predict(model, fromTensorSlices([xs, ys]).batch(batchSize)), model.predict(xs) as tf.Tensor);
    }
    const datasets: tf.data.Dataset<tf.TensorContainer>[] = [
      tf.data.array(xs.arraySync()).batch(8),
      tf.data.array(xs.arraySync().map((row) => ({ xs: row }))).batch(8),
      tf.data
        .array(xs.arraySync())
        .filter(() => true)
        .batch(8),
    ];
    for (const dataset of datasets) assertSame(await predict(model, dataset), model.predict(xs) as tf.Tensor);
  });

  test("several inputs and outputs, by name or in order", async () => {
    const [a, b] = ["a", "b"].map((name) => tf.input({ shape: [2], name }));
    const sum = tf.layers.add().apply([a, b]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: [a, b], outputs: [sum, tf.layers.reLU().apply(a) as tf.SymbolicTensor] });
    const rows = [1, 2, 3].map((value) => ({ b: [value, -value], a: [-1, value] }));
    const byName = tf.data.array(rows).batch(2);
    const inOrder = tf.data
      .array(rows.map(({ a, b }) => [a, b]))
      .map((pair) => pair)
      .batch(2);
    const [sums, positives] = await predict<tf.Tensor[]>(model, byName);
    assert.deepEqual(sums.arraySync(), [
      [0, 0],
      [1, 0],
      [2, 0],
    ]);
    assert.deepEqual(positives.arraySync(), [
      [0, 1],
      [0, 2],
      [0, 3],
    ]);
    await assert.rejects(predict(model, inOrder), UsageError); // A matrix, not two inputs.
    model.dispose();
  });

  test("leaves no tensor but its result behind, also when it fails", async () => {
    const { model, dataset } = problem;
    (await predict(model, dataset)).dispose();
    await releaseUnreachable();
    const { numTensors } = tf.memory();
    (await predict(model, dataset)).dispose();
    let batches = 0;
    const failing = dataset.mapAsync(async ({ xs }) => {
      if (++batches === 3) throw new Error("the third");
      return xs.clone();
    });
    await assert.rejects(predict(model, failing), /the third/);
    await releaseUnreachable();
    assert.equal(tf.memory().numTensors, numTensors);
  });

  test("says what is wrong with a dataset", async () => {
    const { model, xs } = problem;
    const wrong: [unknown, RegExp][] = [
      [xs, /predict: dataset: expected a dataset of batches/],
      [
        tf.data
          .array([[1, 2, 3]])
          .batch(1)
          .repeat(),
        /expected a dataset that ends/,
      ],
      [
        tf.data
          .array([[1, 2, 3]])
          .filter(() => false)
          .batch(1),
        /expected at least one batch, found none/,
      ],
      [
        tf.data.array([1, 2]).map(() => ({ xs: "text" })),
        /expected a tensor, an array of tensors or tensors by name, found text/,
      ],
      [tf.data.array([1, 2]).map(() => ({ wrong: tf.zeros([1, 3]) })), /expected tensors named \w+, found wrong/],
    ];
    for (const [dataset, message] of wrong) {
      await assert.rejects(predict(model, dataset as tf.data.Dataset<tf.Tensor>), (error: Error) => {
        assert.ok(error instanceof UsageError, String(error));
        assert.match(error.message, message);
        return true;
      });
    }
  });
});
