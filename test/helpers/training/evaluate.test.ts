import assert from "node:assert/strict";
import { afterEach, beforeAll, beforeEach, describe, test } from "vitest";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import * as tf from "../../../src/helpers/tf";
import { evaluate } from "../../../src/helpers/training";
import { makeProblem, type Problem } from "./problem";

beforeAll(() => tf.ready());

let problem: Problem;
beforeEach(() => {
  problem = makeProblem();
});
afterEach(() => problem.dispose());

describe("evaluate", () => {
  test("gives loss and metrics over all examples, whatever the batches", async () => {
    const { model, xs, ys } = problem;
    const whole = model.evaluate(xs, ys, { batchSize: 50 }) as tf.Scalar[];
    const [loss, accuracy] = whole.map((value) => value.dataSync()[0]);
    tf.dispose(whole);
    for (const batchSize of [1, 7, 16, 49, 50, 1000]) {
      const logs = await evaluate(model, fromTensorSlices([xs, ys]).batch(batchSize));
      assert.deepEqual(Object.keys(logs), ["loss", "accuracy"]);
      assert.ok(Math.abs(logs.loss - loss) < 1e-5, `loss ${logs.loss}, expected ${loss}`);
      assert.ok(Math.abs(logs.accuracy - accuracy) < 1e-6, `accuracy ${logs.accuracy}, expected ${accuracy}`);
    }
  });

  test("agrees with tfjs's evaluateDataset, with several metrics and with none", async () => {
    for (const metrics of [[], ["accuracy", "mse"]]) {
      const { model, dataset, dispose } = makeProblem({ metrics });
      const theirs = [await model.evaluateDataset(dataset, {})].flat();
      const logs = Object.values(await evaluate(model, dataset));
      assert.equal(logs.length, 1 + metrics.length);
      theirs.forEach((value, place) => assert.ok(Math.abs(logs[place] - value.dataSync()[0]) < 1e-5));
      tf.dispose(theirs);
      dispose();
    }
  });

  test("leaves the names of your own metrics as they are", async () => {
    const { model, dataset } = problem;
    const top_acc = (truth: tf.Tensor, predicted: tf.Tensor) => tf.metrics.categoricalAccuracy(truth, predicted);
    model.compile({ optimizer: model.optimizer, loss: "categoricalCrossentropy", metrics: [top_acc, "accuracy"] });
    assert.deepEqual(Object.keys(await evaluate(model, dataset)), ["loss", "top_acc", "accuracy"]);
  });

  test("changes no weight, leaves no tensor behind and can be repeated", async () => {
    const { model, dataset } = problem;
    const weights = () => model.getWeights().map((weight) => [...weight.dataSync()]);
    const before = { numTensors: tf.memory().numTensors, weights: weights() };
    const first = await evaluate(model, dataset);
    assert.deepEqual(await evaluate(model, dataset), first);
    assert.deepEqual({ numTensors: tf.memory().numTensors, weights: weights() }, before);
  });

  test("rejects a model that isn't compiled", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [3] })] });
    await assert.rejects(evaluate(model, problem.dataset), /^UsageError: evaluate: expected a compiled model/);
    model.dispose();
  });

  test("rejects a dataset that yields no batch, single examples or something else, or repeats forever", async () => {
    const { model, xs } = problem;
    const before = tf.memory().numTensors;
    const rejects = async (dataset: tf.data.Dataset<tf.TensorContainer>, expected: RegExp) => {
      await assert.rejects(evaluate(model, dataset as typeof problem.dataset), expected);
      assert.equal(tf.memory().numTensors, before, "no tensor stays");
    };
    await rejects(
      tf.data.array<{ xs: tf.Tensor; ys: tf.Tensor }>([]),
      /^UsageError: evaluate: dataset: expected at least one/,
    );
    const examples = tf.data.generator(function* () {
      yield { xs: tf.tensor1d([1, 2, 3]), ys: tf.scalar(1) };
    });
    await rejects(
      examples,
      /^UsageError: evaluate: dataset: expected batches with a row for each .* xs of shape \[.*\.batch\(100\)/,
    );
    const inputsOnly = tf.data.generator(function* () {
      yield { xs: xs.clone() };
    });
    await rejects(
      inputsOnly,
      /^UsageError: evaluate: dataset: expected batches \{ xs, ys \}, found an object \{ xs \}/,
    );
    const numbers = tf.data.generator(function* () {
      yield 7;
    });
    await rejects(numbers, /^UsageError: evaluate: dataset: expected batches \{ xs, ys \}, found 7/);
    const noRows = tf.data.generator(function* () {
      yield { xs: tf.zeros([0, 3]), ys: tf.zeros([0, 3]) };
    });
    await rejects(noRows, /^UsageError: evaluate: dataset: expected batches with a row for each .* shape \[0, 3\]/);
    const severalInputs = tf.data.generator(function* () {
      yield { xs: { left: xs.clone(), right: xs.clone() }, ys: tf.zeros([50, 3]) };
    });
    await rejects(
      severalInputs,
      /^UsageError: evaluate: dataset: xs of a batch: expected tensors named \w+, found left, right/,
    );
    const mixed = tf.data.generator(function* () {
      yield { xs: xs.clone(), ys: 7 };
    });
    await rejects(mixed, /^UsageError: evaluate: dataset: ys of a batch: expected a tensor, .* found 7/);
    await rejects(
      tf.data.array([{ xs: [1], ys: [1] }]).repeat(),
      /^UsageError: evaluate: dataset: expected a dataset that ends/,
    );
  });

  test("leaves no tensor behind when shapes don't fit", async () => {
    const wide = tf.zeros([50, 5]);
    const before = tf.memory().numTensors;
    await assert.rejects(evaluate(problem.model, fromTensorSlices([wide, problem.ys]).batch(16)), /shape/);
    assert.equal(tf.memory().numTensors, before);
    wide.dispose();
  });
});
