import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "vitest";
import { CompiledModel } from "../../../src/helpers/compiled";
import { type AnyBatch, fromGenerator, fromTensorSlices } from "../../../src/helpers/dataset";
import * as tf from "../../../src/helpers/tf";
import type { ModelData } from "../../../src/helpers/tf/model-data";
import { evaluate, fit } from "../../../src/helpers/training";
import { near, release, WAYS_TO_TRAIN, weightsOf } from "./problem";

const EXAMPLES = 50;
const silent = { verbose: 0 } as const;
type Series = "sum_loss" | "larger_loss" | "sum_mse" | "larger_accuracy";
type AllSeries = Series | `val_${"loss" | Series}`;

/** Two numbers in; their sum, and which is the larger, out. */
function build(): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  const [a, b] = ["a", "b"].map((name) => tf.input({ shape: [1], name }));
  const both = tf.layers.concatenate().apply([a, b]) as tf.SymbolicTensor;
  const sum = tf.layers.dense({ units: 1, name: "sum", kernelInitializer }).apply(both);
  const larger = tf.layers
    .dense({ units: 2, name: "larger", activation: "softmax", kernelInitializer })
    .apply(both) as tf.SymbolicTensor;
  const model = tf.model({ inputs: [a, b], outputs: [sum as tf.SymbolicTensor, larger] });
  model.compile({
    optimizer: tf.train.adam(0.05),
    loss: { sum: "meanSquaredError", larger: "categoricalCrossentropy" },
    metrics: { sum: "mse", larger: "accuracy" },
  });
  return model;
}

let data: { a: tf.Tensor2D; b: tf.Tensor2D; sum: tf.Tensor2D; larger: tf.Tensor2D };
beforeEach(() => {
  const numbers = tf.randomUniform<tf.Rank.R2>([EXAMPLES, 2], 0, 1, "float32", 5);
  const [a, b] = tf.split(numbers, 2, 1) as tf.Tensor2D[];
  data = { a, b, sum: a.add(b), larger: tf.oneHot(numbers.argMax(1), 2).toFloat() as tf.Tensor2D };
  numbers.dispose();
});
afterEach(() => tf.dispose(data));

/** What plain tfjs makes of it. */
async function train(epochs: number, batchSize: number) {
  const model = build();
  const { a, b, sum, larger } = data;
  const { history } = await model.fit([a, b], [sum, larger], { epochs, batchSize, shuffle: false, ...silent });
  return { model, history: history as Record<string, number[]> };
}

describe("a model with several inputs and outputs", () => {
  const structures: Record<string, () => readonly [ModelData, ModelData]> = {
    "by name": () => [
      { b: data.b, a: data.a },
      { larger: data.larger, sum: data.sum },
    ],
    "in order": () => [
      [data.a, data.b],
      [data.sum, data.larger],
    ],
  };
  for (const [how, structure] of Object.entries(structures)) {
    for (const [kind, epochs, compiled] of WAYS_TO_TRAIN) {
      test(`trains as in tfjs: ${how}, ${kind}`, async () => {
        const model = build();
        const history = await fit<AllSeries>(model, fromTensorSlices(structure()).batch(8), {
          epochs,
          compiled,
          ...silent,
        });
        if (tf.getBackend() === "tensorflow") assert.equal(CompiledModel.of(model).fallbackReason, undefined);
        const theirs = await train(epochs, 8);
        near(history.history.loss, theirs.history.loss);
        near(history.history.sum_loss, theirs.history.sum_loss);
        near(history.history.larger_loss, theirs.history.larger_loss);
        near(history.history.sum_mse, theirs.history.sum_mse);
        near(history.history.larger_accuracy, theirs.history.larger_acc);
        near(weightsOf(model), weightsOf(theirs.model));
        release(model);
        release(theirs.model);
      });
    }
  }

  test("trains on tf.data's own datasets, and leaves no tensor behind", async () => {
    const { a, b, sum, larger } = data;
    const rows = (tensor: tf.Tensor2D) => tf.data.array(tensor.arraySync());
    const zipped = tf.data
      .zip({ xs: { a: rows(a), b: rows(b) }, ys: { sum: rows(sum), larger: rows(larger) } })
      .batch(8);
    const streamed = fromGenerator(1, function* () {
      yield { xs: [a.clone(), b.clone()], ys: { sum: sum.clone(), larger: larger.clone() } };
    });
    const theirs = await train(2, 8);
    const model = build();
    await fit(model, zipped, { epochs: 2, ...silent });
    near(weightsOf(model), weightsOf(theirs.model));
    const before = tf.memory().numTensors;
    await fit(model, streamed, { epochs: 2, ...silent });
    await fit(model, zipped, { epochs: 2, ...silent });
    assert.equal(tf.memory().numTensors, before);
    release(model);
    release(theirs.model);
  });

  test("is evaluated and validated, with its losses adding up to the loss", async () => {
    const model = build();
    const dataset = fromTensorSlices([{ a: data.a, b: data.b }, [data.sum, data.larger]]).batch(16);
    const { history } = await fit<AllSeries>(model, dataset, { epochs: 2, validationSplit: 0.2, ...silent });
    assert.deepEqual(Object.keys(history), [
      ...["loss", "sum_loss", "larger_loss", "sum_mse", "larger_accuracy"],
      ...["val_loss", "val_sum_loss", "val_larger_loss", "val_sum_mse", "val_larger_accuracy"],
    ]);
    near([history.val_loss[1]], [history.val_sum_loss[1] + history.val_larger_loss[1]]);
    const logs = await evaluate<Series>(model, dataset);
    near([logs.loss, logs.sum_loss], [logs.sum_loss + logs.larger_loss, logs.sum_mse]);
    release(model);
  });

  test("takes a weight for each example, which counts for every output", async () => {
    const sampleWeight = tf.tensor1d(Array.from({ length: EXAMPLES }, (_, index) => (index < 25 ? 2 : 0)));
    const { a, b, sum, larger } = data;
    const [model, other] = [build(), build()];
    await fit(model, fromTensorSlices([[a, b], [sum, larger], sampleWeight]).batch(EXAMPLES), {
      epochs: 5,
      ...silent,
    });
    const halves = [a, b, sum, larger].map((tensor) => tensor.slice([0], [25]));
    await fit(other, fromTensorSlices([halves.slice(0, 2), halves.slice(2)]).batch(25), { epochs: 5, ...silent });
    near(weightsOf(model), weightsOf(other));
    release(model);
    release(other);
    tf.dispose([halves, sampleWeight]);
  });

  test("names the inputs and outputs that are missing, unknown or too short", async () => {
    const model = build();
    const { a, b, sum, larger } = data;
    const targets = { sum, larger };
    for (const [xs, ys, message] of [
      [a, targets, /^UsageError: fit: dataset: xs of a batch: expected 2 tensors \(a, b\), found one\./],
      [[a, b, b], targets, /expected 2 tensors \(a, b\), found 3\./],
      [{ a }, targets, /xs of a batch: expected tensors named a, b, found a\./],
      [{ a, c: b }, targets, /xs of a batch: expected tensors named a, b, found a, c\. The names are/],
      [{ a, b }, { sum }, /ys of a batch: expected tensors named sum, larger, found sum\./],
    ] as const) {
      const dataset = fromTensorSlices<ModelData, ModelData>([xs as ModelData, ys as ModelData]).batch(8);
      await assert.rejects(fit(model, dataset, { epochs: 1, ...silent }), message);
    }
    const short = a.slice([0], [7]);
    assert.throws(
      () => fromTensorSlices([{ a, b: short }, targets]),
      /^UsageError: fromTensorSlices: expected as many inputs as targets, found shapes \[50,1\], \[7,1\] and \[50,1\]/,
    );
    const uneven = tf.data.generator(function* () {
      yield { xs: [a.clone(), short.clone()], ys: { sum: sum.clone(), larger: larger.clone() } };
    }) as unknown as tf.data.Dataset<AnyBatch>;
    await assert.rejects(
      evaluate(model, uneven),
      /^UsageError: evaluate: dataset: expected batches with a row .*, found xs of shape \[50, 1\], \[7, 1\]/,
    );
    short.dispose();
    release(model);
  });
});
