import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeAll, describe, test } from "vitest";
import { CompiledModel } from "../../../src/helpers/compiled";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import * as metrics from "../../../src/helpers/metrics";
import { loadModel, saveModel } from "../../../src/helpers/saving";
import * as tf from "../../../src/helpers/tf";
import { releaseUnreachable } from "../../../src/helpers/tf/memory";
import { evaluate, fit } from "../../../src/helpers/training";
import { needs } from "../../needs";
import { reference } from "../keras/reference";
import { makeProblem } from "../training/problem";

beforeAll(() => tf.ready());

const silent = { verbose: 0 } as const;
/** The helpers' metrics by Keras's class names. */
const kinds: Record<string, (options: object) => metrics.StreamingMetric | metrics.MeanMetric> = {
  Precision: metrics.precision,
  Recall: metrics.recall,
  F1Score: metrics.f1Score,
  AUC: metrics.auc,
  TopKCategoricalAccuracy: metrics.topKCategoricalAccuracy,
  SparseTopKCategoricalAccuracy: metrics.sparseTopKCategoricalAccuracy,
};

type Metrics = Parameters<tf.LayersModel["compile"]>[0]["metrics"];

/** A model whose predictions are its inputs. */
function identityModel(units: number, measured: Metrics, loss = "meanAbsoluteError"): tf.Sequential {
  const model = tf.sequential({ layers: [tf.layers.activation({ activation: "linear", inputShape: [units] })] });
  model.compile({ optimizer: "sgd", loss, metrics: measured });
  return model;
}

const models: tf.LayersModel[] = [];
afterEach(() => {
  for (const model of models.splice(0)) model.dispose();
});

const ROWS: [from: number, count: number][] = [
  [0, 20],
  [20, 20],
  [40, 10],
];

const streaming = reference.metrics.results.filter(({ metric }) => !metric.includes("TopK"));

test.each(streaming)("$metric $options on $data is Keras's after each batch", (expected) => {
  const { truth, predicted } = reference.metrics.data[expected.data];
  const model = identityModel(predicted[0].length, [kinds[expected.metric](expected.options)]);
  models.push(model);
  const step = CompiledModel.of(model);
  // The first rounds are traced, the last ones run as a graph.
  for (let round = 0; round < 4; round++) {
    step.resetMetrics();
    ROWS.forEach(([from, count], batch) => {
      const [x, y] = [predicted, truth].map((all) => tf.tensor2d(all.slice(from, from + count)));
      const logs = step.testOnBatch<string>(x, y);
      tf.dispose([x, y]);
      close(logs[nameOf(expected.name)], expected.values[batch]);
    });
  }
  assert.equal(step.fallbackReason, undefined);
});

test.each(reference.metrics.results)("evaluate measures $metric $options on $data as Keras does", async (expected) => {
  const { truth, predicted } = reference.metrics.data[expected.data];
  const isSparse = expected.data === "integers";
  const model = identityModel(
    predicted[0].length,
    [kinds[expected.metric](expected.options)],
    isSparse ? "sparseCategoricalCrossentropy" : undefined,
  );
  models.push(model);
  const [x, y] = [predicted, truth].map((all) => tf.tensor2d(all));
  for (let round = 0; round < 2; round++) {
    const logs = await evaluate<string>(model, fromTensorSlices([x, y]).batch(20));
    close(logs[nameOf(expected.name)], expected.values[2]);
  }
  tf.dispose([x, y]);
});

/** Keras numbers metrics of the same kind: `auc_1`. */
function nameOf(keras: string): string {
  return keras.replace(/_\d+$/, "");
}

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 2e-6, `${actual}, expected ${expected}`);
}

describe("in fit", () => {
  const NAMES = ["precision", "recall", "f1_score", "auc"];

  test("by Keras's names: the same compiled as op by op, and the validation's last is evaluate's", async () => {
    const [ours, opByOp] = [makeProblem({ metrics: NAMES }), makeProblem({ metrics: NAMES })];
    const run = (problem: typeof ours, compiled: boolean) =>
      fit<string>(problem.model, problem.dataset, {
        epochs: 60,
        validationData: problem.dataset,
        compiled,
        ...silent,
      });
    const { history } = await run(ours, true);
    const theirs = await run(opByOp, false);
    if (tf.getBackend() === "tensorflow") assert.equal(CompiledModel.of(ours.model).fallbackReason, undefined);
    for (const name of NAMES.flatMap((each) => [each, `val_${each}`])) {
      assert.equal(history[name].length, 60);
      history[name].forEach((value, epoch) =>
        assert.ok(Math.abs(value - theirs.history[name][epoch]) < 0.02, `${name}: ${value}`),
      );
    }
    const logs = await evaluate<string>(ours.model, ours.dataset);
    for (const name of NAMES) close(logs[name], history[`val_${name}`][59]);
    ours.dispose();
    opByOp.dispose();
  });

  test("are the ratio of sums over the epoch, not the mean of the batches' ratios", async () => {
    const model = identityModel(1, [metrics.precision()]);
    models.push(model);
    // In the first batch 1 of 1 is right, in the second 0 of 3.
    const predicted = tf.tensor2d([[0.9], [0.1], [0.1], [0.9], [0.9], [0.9]]);
    const truth = tf.tensor2d([[1], [0], [0], [0], [0], [0]]);
    const { precision } = await evaluate<"precision">(model, fromTensorSlices([predicted, truth]).batch(3));
    assert.equal(precision, 0.25);
    tf.dispose([predicted, truth]);
  });

  test("of one kind are numbered as in Keras, and each keeps its own sums", async () => {
    const { model, dataset, dispose } = makeProblem();
    model.compile({
      optimizer: "sgd",
      loss: "mse",
      metrics: [metrics.recall({ thresholds: 0 }), metrics.recall({ thresholds: 1 })],
    });
    const { recall, recall_1: strict } = await evaluate<"recall" | "recall_1">(model, dataset);
    assert.deepEqual([recall, strict], [1, 0]);
    dispose();
  });

  test("are refused in TensorFlow.js's own loops, which average batches", async () => {
    const { model, dataset, dispose } = makeProblem({ metrics: ["precision"] });
    await assert.rejects(
      model.evaluateDataset(dataset as never, {}),
      /precision: expected to be measured by fit or evaluate.*Call fit\(model, dataset/,
    );
    dispose();
  });

  test("survive saving, with their options", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "metrics-"));
    const { model, dataset, dispose } = makeProblem();
    const measured = ["accuracy", "categorical_accuracy", metrics.precision({ classId: 1 }), metrics.auc()];
    model.compile({ optimizer: "AdamW", loss: "categorical_crossentropy", metrics: measured as Metrics });
    const expected = await evaluate<string>(model, dataset);
    await saveModel(model, folder);
    const loaded = await loadModel(folder);
    assert.deepEqual(await evaluate<string>(loaded, dataset), expected);
    assert.deepEqual(Object.keys(expected), ["loss", "accuracy", "categorical_accuracy", "precision", "auc"]);
    assert.equal(loaded.optimizer.getClassName(), "AdamW");
    dispose();
    fs.rmSync(folder, { recursive: true });
  });

  test(
    "free their sums when nothing refers to them any more",
    needs(tf.getBackend() !== "tensorflow" && "native TensorFlow"),
    async () => {
      const { model, dataset, dispose } = makeProblem();
      const variables = () => Object.keys(tf.engine().registeredVariables).length;
      const compile = async () => {
        model.compile({ optimizer: model.optimizer, loss: "categoricalCrossentropy", metrics: [metrics.auc()] });
        await fit(model, dataset, { epochs: 1, ...silent });
      };
      await compile();
      await compile();
      const before = variables();
      for (let again = 0; again < 5; again++) await compile();
      // What the collector frees is reported a moment later.
      for (let tries = 0; tries < 10 && variables() > before; tries++) await releaseUnreachable();
      assert.ok(variables() <= before, `${variables()} variables, before ${before}`);
      dispose();
    },
  );
});

describe("Keras's spellings", () => {
  test.each([
    ["mse", "meanSquaredError"],
    ["MeanSquaredError", "meanSquaredError"],
    ["categorical_crossentropy", "categoricalCrossentropy"],
    ["kl_divergence", "kullbackLeiblerDivergence"],
    ["cosine_similarity", "cosineProximity"],
    ["log_cosh", "logcosh"],
  ])("the loss %s", (keras, tfjs) => {
    const model = identityModel(2, [], keras);
    models.push(model);
    assert.equal(model.loss, tfjs);
  });

  test("optimizers and metrics; what isn't known is listed", () => {
    const model = identityModel(2, ["mean_absolute_error", "Precision"]);
    models.push(model);
    assert.deepEqual(model.metricsNames, ["loss", "mean_absolute_error", "precision"]);
    assert.throws(
      () => identityModel(2, [], "hubert"),
      /compile: loss: expected one of meanSquaredError.*found "hubert"/,
    );
    assert.throws(() => identityModel(2, [], "huber"), /tf\.losses\.huberLoss/);
    assert.throws(
      () => identityModel(2, ["presicion"]),
      /expected one of accuracy, precision, recall.*found "presicion"/,
    );
    assert.throws(
      () => model.compile({ optimizer: "adamm", loss: "mse" }),
      /expected one of sgd, adam, adamw.*found "adamm"/,
    );
  });

  test("whole numbers as labels, with the sparse loss, train like one-hot ones, compiled", async () => {
    const [sparse, oneHot] = [makeProblem(), makeProblem()];
    const classes = tf.tidy(() => sparse.ys.argMax(-1)); // int32
    sparse.model.compile({
      optimizer: tf.train.adam(0.1),
      loss: "sparse_categorical_crossentropy",
      metrics: ["accuracy"],
    });
    const labels = fromTensorSlices([sparse.xs, classes as tf.Tensor]).batch(16);
    const { history } = await fit(sparse.model, labels, { epochs: 5, ...silent });
    const expected = await fit(oneHot.model, oneHot.dataset, { epochs: 5, ...silent });
    history.loss.forEach((loss, epoch) => assert.ok(Math.abs(loss - expected.history.loss[epoch]) < 1e-4));
    history.accuracy.forEach((value, epoch) => close(value, expected.history.accuracy[epoch]));
    classes.dispose();
    sparse.dispose();
    oneHot.dispose();
  });
});

describe("data that doesn't fit says what to do", () => {
  const convolution = () =>
    tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [8, 8, 1] }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 3, activation: "softmax" }),
      ],
    });
  const cases: [string, number[], number[], string, RegExp][] = [
    ["no channel axis", [4, 8, 8], [4, 3], "categoricalCrossentropy", /channel axis is missing: use addChannelAxis/],
    ["no batch axis", [8, 8, 1], [3], "categoricalCrossentropy", /batch axis is missing: batch the dataset/],
    ["another size", [4, 9, 9, 1], [4, 3], "categoricalCrossentropy", /\[batch, 8, 8, 1\], found \[batch, 9, 9, 1\]/],
    [
      "class numbers",
      [4, 8, 8, 1],
      [4],
      "categoricalCrossentropy",
      /make them one-hot with toCategorical\(labels, 3\)/,
    ],
    ["class numbers in a column", [4, 8, 8, 1], [4, 1], "categoricalCrossentropy", /sparseCategoricalCrossentropy/],
    ["one-hot labels", [4, 8, 8, 1], [4, 3], "sparseCategoricalCrossentropy", /look one-hot\. Compile with the loss/],
    ["other classes", [4, 8, 8, 1], [4, 5], "categoricalCrossentropy", /Change the last layer's units, or the labels/],
  ];

  test.each(cases)("%s", async (_, inputShape, labelShape, loss, message) => {
    const model = convolution();
    models.push(model);
    model.compile({ optimizer: "sgd", loss });
    const before = tf.memory().numTensors;
    const batch = () => ({ xs: tf.zeros(inputShape), ys: tf.zeros(labelShape) });
    assert.throws(() => tf.tidy(() => CompiledModel.of(model).trainOnBatch(batch().xs, batch().ys)), message);
    assert.throws(() => tf.tidy(() => CompiledModel.of(model).trainOnBatch(batch().xs, batch().ys)), {
      name: "UsageError",
    });
    assert.equal(tf.memory().numTensors, before);
  });
});

test("options of metrics out of range are refused", () => {
  assert.throws(() => metrics.precision({ thresholds: 2 }), /thresholds: expected one number from 0 to 1, found 2/);
  assert.throws(() => metrics.recall({ topK: 0 }), /topK: expected a whole number/);
  assert.throws(() => metrics.f1Score({ average: "mean" as "macro" }), /average: expected "macro"/);
  assert.throws(() => metrics.auc({ numThresholds: 1 }), /numThresholds: expected a whole number/);
  assert.throws(() => metrics.auc({ curve: "roc" as "ROC" }), /curve: expected "ROC" or "PR", found "roc"/);
  assert.throws(() => metrics.topKCategoricalAccuracy({ k: 1.5 }), /k: expected a whole number/);
});
