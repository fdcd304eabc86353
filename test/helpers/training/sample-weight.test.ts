import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "vitest";
import { type AnyBatch, fromGenerator, fromTensorSlices } from "../../../src/helpers/dataset";
import * as tf from "../../../src/helpers/tf";
import { evaluate, fit } from "../../../src/helpers/training";
import { makeProblem, near, type Problem, weightsOf } from "./problem";

const EXAMPLES = 50;
const silent = { verbose: 0 } as const;

let problem: Problem;
let sampleWeight: tf.Tensor1D;
beforeEach(() => {
  problem = makeProblem();
  sampleWeight = tf.tensor1d(Array.from({ length: EXAMPLES }, (_, index) => (index % 5) / 2));
});
afterEach(() => {
  problem.dispose();
  sampleWeight.dispose();
});

describe("sample weights", () => {
  for (const compiled of [true, false]) {
    test(`train as in tfjs with a loss that does the weighting, ${compiled ? "as a graph" : "op by op"}`, async () => {
      const { model, xs, ys } = problem;
      const dataset = fromTensorSlices([xs, ys, sampleWeight]).batch(EXAMPLES);
      const other = makeProblem();
      other.model.compile({
        optimizer: other.model.optimizer,
        loss: (truth: tf.Tensor, predicted: tf.Tensor) =>
          tf.metrics.categoricalCrossentropy(truth, predicted).mul(sampleWeight),
      });
      const { history } = await fit(model, dataset, { epochs: 5, compiled, ...silent });
      const theirs = await other.model.fit(xs, ys, { epochs: 5, batchSize: EXAMPLES, shuffle: false, ...silent });
      near(history.loss, theirs.history.loss as number[]);
      near(weightsOf(model), weightsOf(other.model));
      other.dispose();
    });
  }

  test("stay with their examples in shuffled batches, several steps in one run, and from a generator", async () => {
    const { model, xs, ys } = problem;
    const inMemory = fromTensorSlices([xs, ys, sampleWeight]).shuffle(EXAMPLES, { seed: 3 }).batch(6);
    const again = fromTensorSlices([xs, ys, sampleWeight]).shuffle(EXAMPLES, { seed: 3 }).batch(6);
    const streamed = fromGenerator<AnyBatch>(again.size, async function* () {
      const iterator = await again.iterator();
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    });
    const other = makeProblem();
    const before = tf.memory().numTensors;
    const epochs = 30;
    const ours = await fit(model, inMemory, { epochs, ...silent });
    const theirs = await fit(other.model, streamed, { epochs, ...silent });
    near(ours.history.loss, theirs.history.loss);
    near(weightsOf(model), weightsOf(other.model));
    // The optimizers' moments and counters, of two models.
    assert.ok(tf.memory().numTensors - before <= 12, `${tf.memory().numTensors - before} tensors more`);
    other.dispose();
  });

  test("weight the loss of an evaluation and a validation, not the metrics", async () => {
    const { model, xs, ys } = problem;
    const weighted = fromTensorSlices([xs, ys, sampleWeight]).batch(16);
    const plain = fromTensorSlices([xs, ys]).batch(16);
    const losses = tf.tidy(() =>
      tf.metrics
        .categoricalCrossentropy(ys, model.predict(xs) as tf.Tensor)
        .mul(sampleWeight)
        .mean()
        .dataSync(),
    );
    const measured = await evaluate(model, weighted);
    near([measured.loss], [...losses]);
    assert.equal(measured.accuracy, (await evaluate(model, plain)).accuracy);
    const { history } = await fit(model, plain, { epochs: 1, validationData: weighted, ...silent });
    near([history.val_loss[0]], [(await evaluate(model, weighted)).loss]);
  });

  test("of zero take an example out", async () => {
    const { model, xs, ys } = problem;
    const other = makeProblem();
    const half = tf.tensor1d(Array.from({ length: EXAMPLES }, (_, index) => (index < 25 ? 2 : 0)));
    await fit(model, fromTensorSlices([xs, ys, half]).batch(EXAMPLES), { epochs: 10, ...silent });
    const [firstXs, firstYs] = [xs.slice([0], [25]), ys.slice([0], [25])];
    await fit(other.model, fromTensorSlices([firstXs, firstYs]).batch(25), { epochs: 10, ...silent });
    near(weightsOf(model), weightsOf(other.model));
    other.dispose();
    tf.dispose([half, firstXs, firstYs]);
  });

  test("are refused by a loss that has taken the mean already, in training and evaluation", async () => {
    const { model, xs, ys } = problem;
    const loss = (truth: tf.Tensor, predicted: tf.Tensor) => truth.sub(predicted).square().mean();
    model.compile({ optimizer: model.optimizer, loss });
    const message = /^UsageError: sampleWeight: expected a loss for each example, shape \[16\], found shape \[\]/;
    const weighted = fromTensorSlices([xs, ys, sampleWeight]).batch(16);
    const before = weightsOf(model);
    for (const compiled of [true, false])
      await assert.rejects(fit(model, weighted, { epochs: 1, compiled, ...silent }), message);
    await assert.rejects(evaluate(model, weighted), message);
    assert.deepEqual(weightsOf(model), before);
    // The model's own losses are as they were.
    await fit(model, fromTensorSlices([xs, ys]).batch(16), { epochs: 1, ...silent });
  });

  test("that don't fit are an error", async () => {
    const { model, xs, ys } = problem;
    assert.throws(
      () => fromTensorSlices([xs, ys, tf.ones<tf.Rank.R1>([49])]),
      /^UsageError: fromTensorSlices: expected a sample weight for each of 50 examples, .* found shape \[49\]/,
    );
    assert.throws(
      () => fromTensorSlices([xs, ys, [1, 2] as never]),
      /expected sample weights as a tensor, found an array/,
    );
    const whole = tf.ones<tf.Rank.R1>([EXAMPLES], "int32");
    await assert.rejects(
      fit(model, fromTensorSlices([xs, ys, whole]).batch(16), { epochs: 1, ...silent }),
      /^UsageError: fit: dataset: sampleWeight: expected a float32 tensor of shape \[50\], .* found int32/,
    );
    const wrong = tf.data.generator(function* () {
      yield { xs: xs.clone(), ys: ys.clone(), sampleWeight: tf.ones<tf.Rank.R1>([7]) };
    });
    await assert.rejects(
      fit(model, wrong, { epochs: 1, ...silent }),
      /^UsageError: fit: dataset: sampleWeight: expected a float32 .* of shape \[50\].* found float32 of shape \[7\]/,
    );
    for (const dataset of [
      fromTensorSlices([xs, ys, sampleWeight]).batch(16),
      tf.data.generator(function* () {
        yield { xs: xs.clone(), ys: ys.clone(), sampleWeight: sampleWeight.clone() };
      }),
    ]) {
      await assert.rejects(
        fit(model, dataset, { epochs: 1, classWeight: { 0: 2 }, ...silent }),
        /^UsageError: fit: classWeight: expected a dataset without weights of its own/,
      );
    }
    const pictures = tf.sequential({ layers: [tf.layers.reshape({ targetShape: [3, 1], inputShape: [3] })] });
    pictures.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    await assert.rejects(
      evaluate(pictures, fromTensorSlices([xs, ys.expandDims(2), sampleWeight]).batch(16)),
      /^UsageError: evaluate: dataset: sampleWeight: expected .* of shape \[batch, units\], found \(None, 3, 1\)/,
    );
  });
});
