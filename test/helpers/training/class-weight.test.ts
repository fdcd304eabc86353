import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import * as tf from "../../../src/helpers/tf";
import { type ClassWeight, fit } from "../../../src/helpers/training";
import { near, release, WAYS_TO_TRAIN, weightsOf } from "./problem";

const EXAMPLES = 50;
const BATCH = 16;

interface Case {
  readonly loss: string;
  readonly units: number;
  readonly activation: "softmax" | "sigmoid";
  readonly weights: ClassWeight;
  /** Labels from the class of each example. */
  readonly labels: (classes: tf.Tensor1D) => tf.Tensor2D;
}

const CASES: Record<string, Case> = {
  "one-hot labels": {
    loss: "categoricalCrossentropy",
    units: 3,
    activation: "softmax",
    weights: { 0: 1, 1: 5, 2: 0.5 },
    labels: (classes) => tf.oneHot(classes, 3).toFloat() as tf.Tensor2D,
  },
  "labels as integers": {
    loss: "sparseCategoricalCrossentropy",
    units: 3,
    activation: "softmax",
    weights: { 0: 0, 1: 2, 2: 3 },
    labels: (classes) => classes.expandDims(1).toFloat() as tf.Tensor2D,
  },
  "two classes": {
    loss: "binaryCrossentropy",
    units: 1,
    activation: "sigmoid",
    weights: { 0: 1, 1: 4 },
    labels: (classes) => classes.minimum(1).expandDims(1).toFloat() as tf.Tensor2D,
  },
};

function build({ loss, units, activation }: Case): tf.Sequential {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const model = tf.sequential({
    layers: [tf.layers.dense({ units, inputShape: [3], activation, kernelInitializer })],
  });
  model.compile({ optimizer: tf.train.sgd(0.1), loss, metrics: ["accuracy"] });
  return model;
}

function data({ labels }: Case): [tf.Tensor2D, tf.Tensor2D] {
  const xs = tf.randomUniform<tf.Rank.R2>([EXAMPLES, 3], 0, 1, "float32", 1);
  return [xs, tf.tidy(() => labels(xs.argMax(-1)))];
}

describe("fit with classWeight", () => {
  for (const [name, problem] of Object.entries(CASES)) {
    for (const [how, epochs, compiled] of WAYS_TO_TRAIN) {
      test(`trains as in tfjs, with ${name}, ${how}`, async () => {
        const [xs, ys] = data(problem);
        const [ours, theirs] = [build(problem), build(problem)];
        const dataset = fromTensorSlices([xs, ys]).batch(BATCH);
        const history = await fit(ours, dataset, { epochs, classWeight: problem.weights, compiled, verbose: 0 });
        const expected = await theirs.fit(xs, ys, {
          epochs,
          batchSize: BATCH,
          shuffle: false,
          classWeight: { ...problem.weights },
          verbose: 0,
        });
        near(history.history.loss, expected.history.loss as number[]);
        near(history.history.accuracy, expected.history.acc as number[]);
        near(weightsOf(ours), weightsOf(theirs));
        release(ours, theirs);
        tf.dispose([xs, ys]);
      });
    }
  }

  test("divides by the number of examples, and doesn't weight the validation", async () => {
    const problem = {
      ...CASES["two classes"],
      units: 2,
      activation: "softmax",
      loss: "categorical_crossentropy",
    } as const;
    const model = build(problem);
    model.setWeights([tf.zeros([3, 2]), tf.zeros([2])]);
    const [xs, ys] = [tf.ones<tf.Rank.R2>([2, 3]), tf.tensor2d([[1, 0], [0, 1]])]; // prettier-ignore
    const dataset = fromTensorSlices([xs, ys]).batch(2);
    const before = tf.memory().numTensors;
    const frozen = { setModel: () => (model.optimizer as tf.SGDOptimizer).setLearningRate(0) };
    const { history } = await fit(model, dataset, {
      epochs: 1,
      classWeight: { 1: 5 },
      validationData: dataset,
      callbacks: [frozen],
      verbose: 0,
    });
    // Each guess is right with a probability of a half: (1 · ln 2 + 5 · ln 2) / 2, and ln 2.
    near(history.loss, [2.07944]);
    near(history.val_loss, [0.69315]);
    assert.ok(tf.memory().numTensors <= before + 1, "a tensor was left behind"); // The optimizer's rate.
    release(model);
    tf.dispose([xs, ys]);
  });

  // With weights of zero each guess is a half, and the loss of an example doesn't depend on its class.
  for (const [name, units, activation, loss, rows, expected] of [
    ["smoothed", 2, "softmax", "categoricalCrossentropy", [[0.9, 0.1], [0.8, 0.2]], Math.LN2], // prettier-ignore
    ["several at once", 3, "sigmoid", "binaryCrossentropy", [[1, 1, 0], [0, 1, 1]], 3 * Math.LN2], // prettier-ignore
    ["none at all", 3, "sigmoid", "binaryCrossentropy", [[0, 0, 0], [0, 1, 0]], 3 * Math.LN2], // prettier-ignore
    ["smoothed, of two classes", 1, "sigmoid", "binaryCrossentropy", [[0.1], [0.9]], 3 * Math.LN2],
  ] as const) {
    for (const compiled of [true, false]) {
      test(`takes Keras's class for labels that are ${name}, ${compiled ? "as a graph" : "op by op"}`, async () => {
        const model = build({ ...CASES["two classes"], units, activation, loss });
        model.setWeights([tf.zeros([3, units]), tf.zeros([units])]);
        const [xs, ys] = [tf.ones<tf.Rank.R2>([2, 3]), tf.tensor2d(rows.map((row) => [...row]))];
        const frozen = { setModel: () => (model.optimizer as tf.SGDOptimizer).setLearningRate(0) };
        const { history } = await fit(model, fromTensorSlices([xs, ys]).batch(2), {
          epochs: 4,
          classWeight: { 0: 1, 1: 5 },
          callbacks: [frozen],
          compiled,
          verbose: 0,
        });
        near(history.loss, [expected, expected, expected, expected]);
        if (units > 1) {
          const theirs = await model.fit(xs, ys, { batchSize: 2, classWeight: { 0: 1, 1: 5 }, verbose: 0 });
          near(theirs.history.loss as number[], [expected]);
        }
        release(model);
        tf.dispose([xs, ys]);
      });
    }
  }

  test("refuses weights that don't fit, and says why", async () => {
    const problem = CASES["one-hot labels"];
    const [xs, ys] = data(problem);
    const dataset = fromTensorSlices([xs, ys]).batch(BATCH);
    const model = build(problem);
    const wrong: [ClassWeight, RegExp][] = [
      [{ 3: 1 }, /expected classes from 0 to 2, found 3/],
      [{ [-1]: 1 }, /expected classes from 0 to 2, found -1/],
      [{ 0.5: 1 }, /expected classes from 0 to 2, found 0\.5/],
      [{ 0: -1 }, /expected a weight from 0 for class 0, found -1/],
      [{ 1: NaN }, /expected a weight from 0 for class 1, found NaN/],
      [{ 1: "2" as unknown as number }, /expected a weight from 0 for class 1, found 2/],
    ];
    for (const [classWeight, message] of wrong)
      await assert.rejects(fit(model, dataset, { epochs: 1, classWeight, verbose: 0 }), message);
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const fitted = fit(model, dataset, { epochs: 1, classWeight: { 0: 1 }, verbose: 0 });
    await assert.rejects(
      fitted,
      /^UsageError: fit: classWeight: expected a loss for classes.*found "meanSquaredError"/,
    );
    model.compile({ optimizer: "sgd", loss: tf.metrics.categoricalCrossentropy });
    const own = fit(model, dataset, { epochs: 1, classWeight: { 0: 1 }, verbose: 0 });
    await assert.rejects(own, /found a loss of your own/);
    release(model);
    tf.dispose([xs, ys]);
  });
});
