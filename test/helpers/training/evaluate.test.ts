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
    await assert.rejects(evaluate(model, problem.dataset), /^Error: evaluate: expected a compiled model/);
    model.dispose();
  });

  test("leaves no tensor behind when shapes don't fit", async () => {
    const wide = tf.zeros([50, 5]);
    const before = tf.memory().numTensors;
    await assert.rejects(evaluate(problem.model, fromTensorSlices([wide, problem.ys]).batch(16)), /shape/);
    assert.equal(tf.memory().numTensors, before);
    wide.dispose();
  });
});
