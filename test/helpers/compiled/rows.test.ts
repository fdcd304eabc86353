import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { CompiledModel } from "../../../src/helpers/compiled";
import { openSessionCount } from "../../../src/helpers/compiled/graph-session";
import * as tf from "../../../src/helpers/tf";
import { needs } from "../../needs";
import { TOLERANCE, relativeDistance } from "./agreement";

const skip = tf.getBackend() === "tensorflow" ? false : "graphs need native TensorFlow";

const x = tf.randomNormal([60, 4], 0, 1, "float32", 1);
const y = tf.tidy(() => tf.oneHot(x.argMax(-1), 4).toFloat());
/** Ten batches of six rows each. */
const BATCHES = Array.from({ length: 10 }, (_, batch) =>
  Int32Array.from({ length: 6 }, (_, i) => (batch * 6 + i * 11) % 60),
);

function build(optimizer: tf.Optimizer, extra: tf.layers.Layer[] = []): tf.LayersModel {
  const kernelInitializer = (seed: number) => tf.initializers.glorotUniform({ seed });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [4], units: 8, activation: "relu", kernelInitializer: kernelInitializer(1) }),
      ...extra,
      tf.layers.dense({ units: 4, activation: "softmax", kernelInitializer: kernelInitializer(2) }),
    ],
  });
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

/** Takes the ten steps, several in each run of the graph. */
function train(model: tf.LayersModel, stepsPerExecution: number): number[] {
  const losses: number[] = [];
  for (let i = 0; i < BATCHES.length; i += stepsPerExecution)
    losses.push(
      ...CompiledModel.of(model)
        .trainOnRows(x, y, BATCHES.slice(i, i + stepsPerExecution))
        .map(({ loss }) => loss),
    );
  return losses;
}

function assertSame(expected: tf.LayersModel, found: tf.LayersModel): void {
  const weights = found.getWeights();
  expected
    .getWeights()
    .forEach((weight, i) => assert.ok(relativeDistance(weight, weights[i]) <= TOLERANCE, `weight ${i}`));
  assert.equal(found.optimizer.iterations, expected.optimizer.iterations);
}

const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  "Adam, whose update works in place": () => tf.train.adam(0.02),
  "momentum, which is tfjs's own ops": () => tf.train.momentum(0.02, 0.9),
};

describe("several steps in one run of a graph", needs(skip), () => {
  for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
    test(`follow the learning rate from run to run: ${name}`, () => {
      const [expected, found] = [build(optimizer()), build(optimizer())];
      for (const rate of [0.02, 0.005, 0.03]) {
        for (const model of [expected, found])
          (model.optimizer as unknown as { setLearningRate?(rate: number): void; learningRate: number }).learningRate =
            rate;
        train(expected, 1);
        train(found, 5);
      }
      assertSame(expected, found);
    });

    test(`leave alone what was read from the model before, and notice what is set: ${name}`, () => {
      const [expected, found] = [build(optimizer()), build(optimizer())];
      const step = { expected: 1, found: 5 };
      train(expected, step.expected);
      train(found, step.found);
      const kept = found.getWeights().map((weight) => weight.clone());
      const values = kept.map((weight) => [...weight.dataSync()]);
      train(found, step.found);
      assert.deepEqual(
        kept.map((weight) => [...weight.dataSync()]),
        values,
      );
      train(expected, step.expected);
      for (const model of [expected, found]) model.setWeights(kept);
      train(expected, step.expected);
      train(found, step.found);
      assertSame(expected, found);
      assert.deepEqual(
        kept.map((weight) => [...weight.dataSync()]),
        values,
      );
    });
  }

  test("carry over the moving statistics of batch normalization", () => {
    const normalized = () => build(tf.train.adam(0.01), [tf.layers.batchNormalization({ momentum: 0.8 })]);
    const [expected, found] = [normalized(), normalized()];
    for (let epoch = 0; epoch < 3; epoch++) {
      train(expected, 1);
      train(found, 5);
    }
    assertSame(expected, found);
  });

  test("draw a new dropout mask in each step", () => {
    const model = build(tf.train.sgd(1e-12), [tf.layers.dropout({ rate: 0.5 })]);
    train(model, 5);
    const [losses] = [
      CompiledModel.of(model).trainOnRows(
        x,
        y,
        Array.from({ length: 5 }, () => BATCHES[0]),
      ),
    ];
    assert.equal(new Set(losses.map(({ loss }) => loss)).size, 5);
  });

  test("are one graph, besides the graph of one step; both are unloaded with the model", () => {
    const before = openSessionCount();
    const model = build(tf.train.adam(0.01));
    train(model, 1);
    assert.equal(openSessionCount(), before + 1);
    train(model, 5);
    assert.equal(openSessionCount(), before + 2);
    assert.equal(CompiledModel.of(model).fallbackReason, undefined);
    model.dispose();
    assert.equal(openSessionCount(), before);
  });

  test("leave no tensor behind", () => {
    const model = build(tf.train.adam(0.01));
    train(model, 5);
    const tensors = tf.memory().numTensors;
    train(model, 5);
    CompiledModel.of(model).testOnRows(x, y, BATCHES);
    assert.equal(tf.memory().numTensors, tensors);
  });

  test("measure each batch, as if taken one by one", () => {
    const compiled = CompiledModel.of(build(tf.train.adam(0.01)));
    const expected = BATCHES.map((rows) => tf.tidy(() => compiled.testOnBatch(tf.gather(x, rows), tf.gather(y, rows))));
    for (let go = 0; go < 3; go++) {
      compiled.testOnRows(x, y, BATCHES).forEach(({ loss, acc }, i) => {
        assert.ok(Math.abs(loss - expected[i].loss) <= TOLERANCE * loss);
        assert.ok(Math.abs(acc - expected[i].acc) <= 1e-6);
      });
    }
  });

  test("are taken one by one when a batch has another size", () => {
    const [expected, found] = [build(tf.train.adam(0.01)), build(tf.train.adam(0.01))];
    const batches = [...BATCHES.slice(0, 4), BATCHES[4].subarray(0, 2)];
    for (let epoch = 0; epoch < 4; epoch++) {
      for (const rows of batches) CompiledModel.of(expected).trainOnRows(x, y, [rows]);
      assert.equal(CompiledModel.of(found).trainOnRows(x, y, batches).length, 5);
    }
    assertSame(expected, found);
  });

  test("say which row is out of range, and keep working", () => {
    const model = build(tf.train.adam(0.01));
    train(model, 5);
    assert.throws(
      () => CompiledModel.of(model).trainOnRows(x, y, [BATCHES[0], Int32Array.of(0, 1, 2, 3, 4, 60)]),
      /60/,
    );
    assert.ok(train(model, 5).every((loss) => loss > 0));
  });
});
