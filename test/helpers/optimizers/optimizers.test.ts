import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, test } from "vitest";
import { CompiledModel } from "../../../src/helpers/compiled";
import {
  AdamW,
  cosineDecay,
  getLearningRate,
  Nadam,
  oneCycle,
  setLearningRate,
  type Schedule,
} from "../../../src/helpers/optimizers";
import { loadModel, saveModel } from "../../../src/helpers/saving";
import * as tf from "../../../src/helpers/tf";
import { fit, LearningRateScheduler } from "../../../src/helpers/training";
import { needs } from "../../needs";
import { reference } from "../keras/reference";
import { makeProblem } from "../training/problem";

beforeAll(() => tf.ready());

const silent = { verbose: 0 } as const;
const kinds = { AdamW, Nadam };
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) => {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++)
    assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `${actual[i]}, expected ${expected[i]}`);
};

test.each(reference.optimizers)("$optimizer $options steps like Keras's", ({ optimizer: kind, options, steps }) => {
  const optimizer = new kinds[kind](options);
  const weight = tf.variable(tf.tensor1d([0.5, 0.5, -0.5]));
  const target = tf.tensor1d([1, -2, 0.5]);
  const scale = tf.tensor1d([1, 0.1, 5]);
  for (const expected of steps) {
    optimizer.minimize(() => weight.sub(target).square().mul(scale).sum<tf.Scalar>(), false, [weight]);
    close(weight.dataSync(), expected, 1e-5);
  }
  optimizer.dispose();
  tf.dispose([weight, target, scale]);
});

describe.each([
  ["AdamW", () => new AdamW({ learningRate: 0.1, weightDecay: 0.1 })],
  ["Nadam", () => new Nadam({ learningRate: 0.1 })],
])("%s", (_, makeOptimizer) => {
  const compile = () => {
    const problem = makeProblem();
    problem.model.compile({ optimizer: makeOptimizer(), loss: "categoricalCrossentropy" });
    return problem;
  };

  test(
    "runs as a graph, of several steps too, with the same results as op by op, at changing rates",
    needs(tf.getBackend() !== "tensorflow" && "graphs need native TensorFlow"),
    async () => {
      const [compiled, opByOp] = [compile(), compile()];
      const callbacks = () => [new LearningRateScheduler((epoch) => 0.1 / (1 + epoch))];
      await fit(compiled.model, compiled.dataset, { epochs: 60, callbacks: callbacks(), ...silent });
      await fit(opByOp.model, opByOp.dataset, { epochs: 60, callbacks: callbacks(), compiled: false, ...silent });
      assert.equal(CompiledModel.of(compiled.model).fallbackReason, undefined);
      compiled.model
        .getWeights()
        .forEach((weight, i) => close(weight.dataSync(), opByOp.model.getWeights()[i].dataSync(), 1e-3));
      compiled.dispose();
      opByOp.dispose();
    },
  );

  test("goes on after saving as if it hadn't been saved, and leaves no tensor when it is disposed", async () => {
    const before = tf.memory().numTensors;
    const { model, dataset, dispose } = compile();
    await fit(model, dataset, { epochs: 2, ...silent });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "optimizer-"));
    await saveModel(model, folder);
    const loaded = await loadModel(folder);
    const expected = await fit(model, dataset, { epochs: 3, ...silent });
    const { history } = await fit(loaded, dataset, { epochs: 3, ...silent });
    close(history.loss, expected.history.loss, 1e-6);
    loaded.optimizer.dispose();
    loaded.dispose();
    dispose();
    // makeProblem's own Adam was replaced before it made moments, and keeps its two powers.
    assert.ok(tf.memory().numTensors - before <= 2);
    fs.rmSync(folder, { recursive: true });
  });
});

describe("the learning rate", () => {
  test.each([
    ["sgd", () => tf.train.sgd(0.5)],
    ["momentum", () => tf.train.momentum(0.5, 0.9)],
    ["adam", () => tf.train.adam(0.5)],
    ["AdamW", () => new AdamW({ learningRate: 0.5 })],
  ])("is read and set, and the next compiled step follows it, with %s", async (_, makeOptimizer) => {
    const { model, dataset, dispose } = makeProblem();
    model.compile({ optimizer: makeOptimizer(), loss: "categoricalCrossentropy" });
    await fit(model, dataset, { epochs: 2, ...silent });
    assert.equal(getLearningRate(model), 0.5);
    setLearningRate(model, 0);
    const before = model.getWeights().map((weight) => weight.dataSync());
    await fit(model, dataset, { epochs: 2, ...silent });
    model.getWeights().forEach((weight, i) => assert.deepEqual(weight.dataSync(), before[i]));
    setLearningRate(model, 0.25);
    await fit(model, dataset, { epochs: 1, ...silent });
    assert.notDeepEqual(model.getWeights()[0].dataSync(), before[0]);
    dispose();
  });

  test("by step follows a schedule of the optimizer's steps", async () => {
    const { model, dataset, dispose } = makeProblem();
    const seen: number[] = [];
    const schedule: Schedule = cosineDecay({ initialLearningRate: 0.1, decaySteps: 8 });
    const scheduler = new LearningRateScheduler(schedule, { by: "step" });
    const { history } = await fit(model, dataset, {
      epochs: 2,
      callbacks: [scheduler, { onBatchEnd: () => void seen.push(getLearningRate(model)) }],
      ...silent,
    });
    assert.deepEqual(
      seen,
      Array.from({ length: 8 }, (_, step) => schedule(step)),
    );
    assert.deepEqual((history as Record<string, number[]>).learning_rate, [schedule(3), schedule(7)]);
    dispose();
  });

  test("is refused where there is none, and if it isn't a rate", () => {
    const { model, dispose } = makeProblem();
    assert.throws(() => setLearningRate(model, -1), /expected a finite number of at least 0, found -1/);
    assert.throws(() => setLearningRate(model, NaN), /found NaN/);
    assert.throws(() => getLearningRate(tf.sequential()), /expected a compiled model/);
    dispose();
  });
});

describe("schedules", () => {
  test.each(reference.schedules)("cosineDecay $options is Keras's", ({ options, rates }) => {
    const schedule = cosineDecay(options as unknown as Parameters<typeof cosineDecay>[0]);
    close(
      rates.map((_, step) => schedule(step)),
      rates,
      1e-8,
    );
  });

  test("oneCycle rises to its highest rate in the first 30 % and falls to nearly nothing", () => {
    const schedule = oneCycle({ maxLearningRate: 1, totalSteps: 10 });
    const rates = Array.from({ length: 10 }, (_, step) => schedule(step));
    // By hand: 1/25; halfway along the cosine; the top at 0.3 · 10 - 1 = 2; 1/25/10,000 at the end.
    close([rates[0], rates[1], rates[2], rates[9]], [0.04, 0.52, 1, 4e-6], 1e-12);
    close([schedule(2 + 3.5)], [(1 + 4e-6) / 2], 1e-12);
    close([schedule(100)], [4e-6], 1e-12);
  });

  test("refuse numbers out of range", () => {
    assert.throws(() => cosineDecay({ initialLearningRate: -1, decaySteps: 1 }), /initialLearningRate: expected/);
    assert.throws(() => cosineDecay({ initialLearningRate: 1, decaySteps: 0 }), /decaySteps: expected a whole/);
    assert.throws(() => oneCycle({ maxLearningRate: 1, totalSteps: 1 }), /totalSteps: expected a whole/);
    assert.throws(() => oneCycle({ maxLearningRate: 1, totalSteps: 9, pctStart: 2 }), /pctStart: expected/);
    assert.throws(() => new AdamW({ weightDecay: -1 }), /AdamW: weightDecay: expected a finite number/);
    assert.throws(() => new Nadam({ beta1: 1 }), /Nadam: beta1: expected a number from 0 to below 1, found 1/);
  });
});
