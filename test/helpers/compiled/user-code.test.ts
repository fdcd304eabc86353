import assert from "node:assert/strict";
import { describe, test, vi } from "vitest";
import { CompiledModel, compiled } from "../../../src/helpers/compiled";
import { openSessionCount } from "../../../src/helpers/compiled/graph-session";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import * as tf from "../../../src/helpers/tf";
import { fit } from "../../../src/helpers/training";
import { needs } from "../../needs";
import { CHANGES, OWN_WILL, type Scenario, assertFaithful } from "./user-code";

const native = needs(tf.getBackend() !== "tensorflow" && "graphs need native TensorFlow");

/** One scenario of each kind; `user-code.slow.test.ts` has them all, at all moments. */
function some(scenarios: readonly Scenario[], ...names: string[]): Scenario[] {
  return names.map((name) => scenarios.find((scenario) => scenario.name === name)!);
}

describe("fit trains like plain tfjs", native, () => {
  for (const scenario of some(
    CHANGES,
    "a number that the user's own loss reads",
    "dropout.rate, to 0",
    "trainable of a layer in a nested model, without compile",
  )) {
    test(`when the end of an epoch changes ${scenario.name}`, () =>
      assertFaithful(scenario, { kind: "epoch end", epochs: [1] }));
  }
  for (const scenario of some(
    OWN_WILL,
    "an optimizer that halves its rate at every tenth step",
    "a layer that drops batches with Math.random",
    "a layer that counts its calls in a field",
  ))
    test(`op by op, with the reason: ${scenario.name}`, () => assertFaithful(scenario, { kind: "none" }));
});

/** A model of two dense layers with dropout between, whose masks are the same at each step. */
function build(loss: tf.ModelCompileArgs["loss"] = "meanSquaredError") {
  const kernelInitializer = (seed: number) => tf.initializers.glorotUniform({ seed });
  const dropout = tf.layers.dropout({ rate: 0.5, seed: 1 });
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [3], units: 4, kernelInitializer: kernelInitializer(1) }),
      dropout,
      tf.layers.dense({ units: 1, kernelInitializer: kernelInitializer(2) }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(0.05), loss });
  return { model, dropout: dropout as unknown as { rate: number } };
}

describe("a compiled step", native, () => {
  const [x, y] = [tf.randomNormal([8, 3], 0, 1, "float32", 1), tf.randomNormal([8, 1], 0, 1, "float32", 2)];

  test("notices a changed field of a layer at the next step", async () => {
    const [expected, found] = [build(), build()];
    for (const rate of [0.5, 0.2, 0, 0.7]) {
      expected.dropout.rate = found.dropout.rate = rate;
      for (let step = 0; step < 6; step++) {
        const loss = (await expected.model.trainOnBatch(x, y)) as number;
        const { loss: lossOfGraph } = CompiledModel.of(found.model).trainOnBatch(x, y);
        assert.ok(Math.abs(loss - lossOfGraph) <= 1e-5 * loss, `rate ${rate}, step ${step}: ${lossOfGraph}, ${loss}`);
      }
    }
    assert.equal(CompiledModel.of(found.model).fallbackReason, undefined);
  });

  test("keeps its graph when a recheck finds nothing new, and follows a changed number without another trace", () => {
    let weight = 1;
    let runs = 0;
    const { model } = build((target, prediction) => {
      runs++;
      return tf.metrics.meanSquaredError(target, prediction).mul(weight);
    });
    const step = CompiledModel.of(model);
    const loss = () => step.testOnBatch(x, y).loss;
    for (let call = 0; call < 4; call++) loss();
    const [before, sessions, traced] = [loss(), openSessionCount(), runs];
    step.recheck();
    for (let call = 0; call < 3; call++) assert.ok(Math.abs(loss() - before) < 1e-6);
    // Fewer sessions when the garbage collector has found models of other tests.
    assert.ok(openSessionCount() <= sessions);
    assert.equal(runs, traced + 1);
    for (weight of [3, 0.5, 0]) {
      step.recheck();
      for (let call = 0; call < 3; call++) assert.ok(Math.abs(loss() - weight * before) < 1e-6);
    }
    assert.ok(openSessionCount() <= sessions);
    assert.equal(runs, traced + 4);
    assert.equal(step.fallbackReason, undefined);
  });

  test("runs op by op when asked to", () => {
    const { model } = build();
    const sessions = openSessionCount();
    const losses = Array.from(
      { length: 8 },
      () => CompiledModel.of(model).trainOnBatch(x, y, { compiled: false }).loss,
    );
    assert.ok(losses[7] < losses[0]);
    assert.ok(openSessionCount() <= sessions);
  });
});

describe("fit with the option compiled: false", native, () => {
  test("trains op by op, with the same results and without a word", async () => {
    const dataset = fromTensorSlices([
      tf.randomNormal([24, 3], 0, 1, "float32", 1),
      tf.randomNormal([24, 1], 0, 1, "float32", 2),
    ]).batch(4);
    const [plain, graph] = [build(), build()];
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    let sessions = openSessionCount();
    const expected = await fit(plain.model, dataset, {
      epochs: 3,
      verbose: 0,
      compiled: false,
      validationData: dataset,
    });
    // Fewer when the garbage collector has found models of earlier tests.
    assert.ok(openSessionCount() <= sessions);
    sessions = openSessionCount();
    const found = await fit(graph.model, dataset, { epochs: 3, verbose: 0, validationData: dataset });
    assert.ok(openSessionCount() > sessions);
    assert.equal(log.mock.calls.length, 0);
    log.mockRestore();
    for (const series of ["loss", "val_loss"] as const)
      expected.history[series].forEach((value, epoch) =>
        assert.ok(Math.abs(found.history[series][epoch] - value) <= 1e-5 * value),
      );
  });
});

describe("onBatchEnd beside the user's own loss", native, () => {
  test("makes fit train op by op, and say why", async () => {
    const dataset = fromTensorSlices([tf.ones([24, 3]), tf.ones([24, 1])]).batch(4);
    const { model } = build((target, prediction) => tf.metrics.meanSquaredError(target, prediction));
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    await fit(model, dataset, { epochs: 1, callbacks: [{ onBatchEnd: () => undefined }] });
    const lines = log.mock.calls.map(([line]) => String(line)).filter((line) => line.startsWith("fit: "));
    log.mockRestore();
    assert.deepEqual(lines, [
      "fit: this model trains op by op, as in tfjs, because the loss is a function, and a callback's onBatchEnd may " +
        "change what it reads; onEpochEnd may do so without slowing fit.",
    ]);
  });
});

describe("ops that tfjs-node calls without their types", native, () => {
  const tokens = tf.tensor2d(
    [
      [1, 2, 0, 0],
      [3, 1, 2, 0],
      [4, 0, 0, 0],
    ],
    [3, 4],
    "int32",
  );
  const initializer = (seed: number) => tf.initializers.glorotUniform({ seed });
  const recurrent = () =>
    tf.layers.simpleRNN({ units: 3, kernelInitializer: initializer(2), recurrentInitializer: initializer(3) });

  test("expandDims is a graph", () => {
    const expand = compiled((x: tf.Tensor) => tf.expandDims(x, 1).mul(2));
    for (let call = 0; call < 4; call++)
      assert.deepEqual(expand(tf.tensor1d([call, 1])).arraySync(), [[2 * call], [2]]);
    assert.equal(expand.fallbackReason, undefined);
  });

  const models: Record<string, () => [tf.LayersModel, tf.Tensor]> = {
    "an embedding with maskZero": () => {
      const layers = [
        tf.layers.embedding({
          inputDim: 5,
          outputDim: 4,
          inputLength: 4,
          maskZero: true,
          embeddingsInitializer: initializer(1),
        }),
        recurrent(),
      ];
      return [tf.sequential({ layers }), tokens];
    },
    masking: () => {
      const layers = [tf.layers.masking({ maskValue: 0, inputShape: [4, 1] }), recurrent()];
      return [tf.sequential({ layers }), tf.tidy(() => tokens.toFloat().expandDims(2))];
    },
    dot: () => {
      const input = tf.input({ shape: [4] });
      const units = [5, 6].map((seed) =>
        tf.layers.dense({ units: 3, kernelInitializer: initializer(seed) }).apply(input),
      );
      const product = tf.layers.dot({ axes: 1 }).apply(units as tf.SymbolicTensor[]) as tf.SymbolicTensor;
      return [tf.model({ inputs: input, outputs: product }), tf.tidy(() => tokens.toFloat())];
    },
  };
  for (const [name, make] of Object.entries(models)) {
    test(`a model with ${name} trains as a graph`, async () => {
      const [[expected, input], [found]] = [make(), make()];
      const target = tf.ones([3, ...(expected.outputs[0].shape.slice(1) as number[])]);
      for (const model of [expected, found])
        model.compile({ optimizer: tf.train.sgd(0.001), loss: "meanSquaredError" });
      for (let step = 0; step < 8; step++) {
        const loss = (await expected.trainOnBatch(input, target)) as number;
        const { loss: lossOfGraph } = CompiledModel.of(found).trainOnBatch(input, target);
        assert.ok(Math.abs(loss - lossOfGraph) <= 1e-5 * Math.abs(loss), `step ${step}: ${lossOfGraph}, ${loss}`);
      }
      assert.equal(CompiledModel.of(found).fallbackReason, undefined);
    });
  }
});
