import assert from "node:assert/strict";
import { afterAll, afterEach, beforeAll, beforeEach, describe, test, vi } from "vitest";
import { openSessionCount } from "../../../src/helpers/compiled/graph-session";
import { fromGenerator, fromTensorSlices } from "../../../src/helpers/dataset";
import type { Logs } from "../../../src/helpers/history";
import { buildModel } from "../../../src/helpers/model";
import * as tf from "../../../src/helpers/tf";
import { evaluate, fit, type Callback } from "../../../src/helpers/training";
import { needs } from "../../needs";
import { firstImages, makeProblem, type Problem } from "./problem";

beforeAll(() => tf.ready());

let problem: Problem;
beforeEach(() => {
  problem = makeProblem();
});
afterEach(() => problem.dispose());

const silent = { verbose: 0 } as const;
const close = (actual: number, expected: number, tolerance = 1e-5) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);

describe("History", () => {
  test("is Keras's: epochs from 0, one number per epoch in loss, accuracy, val_loss, val_accuracy", async () => {
    const { model, dataset } = problem;
    const { epoch, history } = await fit(model, dataset, { epochs: 4, validationData: dataset, ...silent });
    assert.deepEqual(epoch, [0, 1, 2, 3]);
    assert.deepEqual(Object.keys(history), ["loss", "accuracy", "val_loss", "val_accuracy"]);
    for (const values of Object.values(history)) assert.equal(values.length, 4);
    assert.ok(history.loss[3] < history.loss[0]);
  });

  test("has the same last validation as evaluate", async () => {
    const { model, dataset } = problem;
    const { history } = await fit(model, dataset, { epochs: 2, validationData: dataset, ...silent });
    const { loss, accuracy } = await evaluate(model, dataset);
    close(history.val_loss[1], loss);
    close(history.val_accuracy[1], accuracy);
  });

  test("has no validation without validation data, and no accuracy without the metric", async () => {
    assert.deepEqual(Object.keys((await fit(problem.model, problem.dataset, { epochs: 1, ...silent })).history), [
      "loss",
      "accuracy",
    ]);
    const bare = makeProblem({ metrics: [] });
    assert.deepEqual(Object.keys((await fit(bare.model, bare.dataset, { epochs: 1, ...silent })).history), ["loss"]);
    bare.dispose();
  });

  test("has means over examples, not over batches: the short last batch counts less", async () => {
    const { model, dataset } = problem;
    const batches: Logs[] = [];
    const { history } = await fit(model, dataset, {
      epochs: 1,
      callbacks: [{ onBatchEnd: (_, logs) => void batches.push(logs) }],
      ...silent,
    });
    assert.equal(batches.length, 4);
    for (const name of ["loss", "accuracy"] as const) {
      const sum = batches.reduce((total, logs, batch) => total + logs[name] * (batch === 3 ? 2 : 16), 0);
      close(history[name][0], sum / 50);
    }
  });

  test("is the one that tfjs's own fitDataset records, from the same start", async () => {
    const other = makeProblem();
    const { history } = await fit(problem.model, problem.dataset, { epochs: 3, ...silent });
    const theirs = await other.model.fitDataset(other.dataset, { epochs: 3, verbose: 0 });
    history.loss.forEach((loss, epoch) => close(loss, theirs.history.loss[epoch] as number));
    problem.model.getWeights().forEach((weight, place) => {
      const expected = other.model.getWeights()[place].dataSync();
      weight.dataSync().forEach((value, i) => close(value, expected[i], 1e-4));
    });
    other.dispose();
  });

  test("continues from the model's current weights", async () => {
    const { model, dataset } = problem;
    const first = await fit(model, dataset, { epochs: 5, ...silent });
    const second = await fit(model, dataset, { epochs: 1, ...silent });
    assert.ok(second.history.loss[0] < first.history.loss[4]);
    assert.deepEqual(second.epoch, [0]);
  });
});

describe(
  "several steps in one run of a graph",
  needs(tf.getBackend() !== "tensorflow" && "graphs need native TensorFlow"),
  () => {
    /** Enough steps to repay the load time of a longer graph. */
    const LONG = { epochs: 30, ...silent };
    const long = (problem: Problem) => fromTensorSlices([problem.xs, problem.ys]).shuffle(50, { seed: 2 }).batch(6);

    test("train as if taken one by one, and give way to a callback that sees the model after each batch", async () => {
      const other = makeProblem();
      const sessions = openSessionCount();
      const seen: number[] = [];
      const lookingOn = await fit(other.model, long(other), {
        ...LONG,
        callbacks: [{ onBatchEnd: () => void seen.push(other.model.getWeights()[0].dataSync()[0]) }],
      });
      const oneByOne = openSessionCount() - sessions;
      const { history } = await fit(problem.model, long(problem), { ...LONG, validationData: long(problem) });
      assert.equal(new Set(seen).size, 30 * 9, "another weight after each batch");
      history.loss.forEach((loss, epoch) => close(lookingOn.history.loss[epoch], loss));
      history.accuracy.forEach((accuracy, epoch) => close(lookingOn.history.accuracy[epoch], accuracy));
      assert.ok(openSessionCount() - sessions > 2 * oneByOne, "the longer graphs were used");
      other.dispose();
    });

    test("end at stopTraining before the next run, and the means include every trained batch", async () => {
      const { model } = problem;
      const { epoch } = await fit(model, long(problem), {
        ...LONG,
        callbacks: [{ onEpochEnd: (epoch) => void (model.stopTraining = epoch === 11) }],
      });
      assert.equal(epoch.length, 12);
      const iterations = model.optimizer.iterations;
      const stopSoon = () => void setImmediate(() => (model.stopTraining = true));
      const stopped = await fit(model, long(problem), { ...LONG, callbacks: [{ onEpochBegin: stopSoon }] });
      assert.deepEqual(stopped.epoch, [0]);
      assert.ok(model.optimizer.iterations - iterations < 9, `${model.optimizer.iterations - iterations} steps`);
    });
  },
);

describe(
  "a model that can't be compiled into a graph",
  needs(tf.getBackend() !== "tensorflow" && "graphs need native TensorFlow"),
  () => {
    test("trains all the same, and fit gives the reason once", async () => {
      class ReadsBack extends tf.layers.Layer {
        static readonly className = "ReadsBack";
        override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
          const [x] = [inputs].flat();
          return x.mul(x.sum().dataSync()[0] > 0 ? 1 : 2);
        }
      }
      const model = tf.sequential({
        layers: [tf.layers.dense({ units: 3, inputShape: [3] }), new ReadsBack({}), tf.layers.softmax()],
      });
      model.compile({ optimizer: tf.train.adam(0.1), loss: "categoricalCrossentropy" });
      const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
      for (let again = 0; again < 2; again++) await fit(model, problem.dataset, { epochs: 2 });
      const reasons = log.mock.calls.map(([line]) => String(line)).filter((line) => line.startsWith("fit: "));
      assert.equal(reasons.length, 1);
      assert.match(reasons[0], /op by op, as in tfjs, because the step reads a tensor's values/);
      model.dispose();
    });
  },
);

describe("a streamed dataset", () => {
  test("trains like one in memory, and holds one batch at a time", async () => {
    const other = makeProblem();
    const { history } = await fit(problem.model, problem.dataset, {
      epochs: 3,
      validationData: problem.dataset,
      ...silent,
    });
    let most = 0;
    const before = tf.memory().numTensors;
    const streamed = fromGenerator(4, async function* () {
      for (let start = 0; start < 50; start += 16) {
        await new Promise((resolve) => setImmediate(resolve));
        const count = Math.min(16, 50 - start);
        yield { xs: other.xs.slice(start, count), ys: other.ys.slice(start, count) };
        most = Math.max(most, tf.memory().numTensors - before);
      }
    });
    const theirs = await fit(other.model, streamed, { epochs: 3, validationData: streamed, ...silent });
    for (const name of ["loss", "accuracy", "val_loss", "val_accuracy"] as const)
      history[name].forEach((value, epoch) => close(theirs.history[name][epoch], value));
    assert.ok(most < 20, `${most} tensors`);
    other.dispose();
  });
});

describe("callbacks", () => {
  test("are called in Keras's order, one callback after the other, and awaited", async () => {
    const { model, dataset } = problem;
    const calls: string[] = [];
    const note = async (call: string) => {
      await new Promise((resolve) => setImmediate(resolve));
      calls.push(call);
    };
    const callback = (name: string): Callback => ({
      onTrainBegin: () => note(`${name} train`),
      onEpochBegin: (epoch) => note(`${name} epoch ${epoch}`),
      onBatchEnd: (batch) => note(`${name} batch ${batch}`),
      onEpochEnd: (epoch) => note(`${name} epoch ${epoch} end`),
      onTrainEnd: () => note(`${name} train end`),
    });
    await fit(model, dataset, { epochs: 2, callbacks: [callback("a"), {}, callback("b")], ...silent });
    const both = (call: string) => [`a ${call}`, `b ${call}`];
    const epoch = (i: number) => [`epoch ${i}`, "batch 0", "batch 1", "batch 2", "batch 3", `epoch ${i} end`];
    assert.deepEqual(calls, ["train", ...epoch(0), ...epoch(1), "train end"].flatMap(both));
  });

  test("get logs by Keras's names, with validation at the end of an epoch", async () => {
    const { model, dataset } = problem;
    const epochs: Logs[] = [];
    const batches: Logs[] = [];
    const { history } = await fit(model, dataset, {
      epochs: 2,
      validationData: dataset,
      callbacks: [
        { onBatchEnd: (_, logs) => void batches.push(logs), onEpochEnd: (_, logs) => void epochs.push(logs) },
      ],
      ...silent,
    });
    assert.deepEqual(Object.keys(batches[0]), ["loss", "accuracy"]);
    epochs.forEach((logs, epoch) => {
      assert.deepEqual(
        logs,
        Object.fromEntries(Object.entries(history).map(([name, values]) => [name, values[epoch]])),
      );
    });
  });

  test("may change the learning rate", async () => {
    const { model, dataset } = problem;
    const optimizer = model.optimizer as unknown as { learningRate: number };
    const before = problem.model.getWeights()[0].clone();
    await fit(model, dataset, {
      epochs: 3,
      callbacks: [{ onTrainBegin: () => void (optimizer.learningRate = 0) }],
      ...silent,
    });
    assert.deepEqual([...model.getWeights()[0].dataSync()], [...before.dataSync()], "nothing is learnt at a rate of 0");
    before.dispose();
  });

  test("that throw end the fit with their error, and leave the model usable", async () => {
    const { model, dataset } = problem;
    await fit(model, dataset, { epochs: 1, ...silent });
    const before = tf.memory().numTensors;
    const failure = new Error("from a callback");
    for (const name of ["onTrainBegin", "onEpochBegin", "onBatchEnd", "onEpochEnd", "onTrainEnd"] as const) {
      const callback: Callback = {
        [name]: () => {
          throw failure;
        },
      };
      await assert.rejects(
        fit(model, dataset, { epochs: 2, validationData: dataset, callbacks: [callback], ...silent }),
        failure,
      );
      assert.equal(tf.memory().numTensors, before, name);
    }
    const { history } = await fit(model, dataset, { epochs: 2, ...silent });
    assert.equal(history.loss.length, 2);
  });
});

describe("stopTraining", () => {
  test("ends after the epoch when it is set at an epoch's end", async () => {
    const { model, dataset } = problem;
    let ended = false;
    const { epoch, history } = await fit(model, dataset, {
      epochs: 10,
      callbacks: [{ onEpochEnd: (i) => void (model.stopTraining = i === 1), onTrainEnd: () => void (ended = true) }],
      ...silent,
    });
    assert.deepEqual([epoch, history.loss.length, ended], [[0, 1], 2, true]);
  });

  test("ends at once when it is set at a batch's end; the epoch has the mean of the batches seen", async () => {
    const { model, dataset } = problem;
    const losses: number[] = [];
    const { epoch, history } = await fit(model, dataset, {
      epochs: 10,
      callbacks: [{ onBatchEnd: (batch, { loss }) => (losses.push(loss), void (model.stopTraining = batch === 1)) }],
      ...silent,
    });
    assert.deepEqual([epoch, losses.length], [[0], 2]);
    close(history.loss[0], (losses[0] + losses[1]) / 2);
  });

  test("can be set by a timer, as by a stop button, even if nothing is shown", async () => {
    const { model, dataset } = problem;
    const stopSoon = () => void setTimeout(() => void (model.stopTraining = true), 20);
    const { epoch } = await fit(model, dataset, { epochs: 3000, callbacks: [{ onTrainBegin: stopSoon }], ...silent });
    assert.ok(epoch.length > 0 && epoch.length < 3000, `${epoch.length} epochs`);
  });

  test("can be requested by anyone who sees that the model is training, which ends with the fit", async () => {
    const { model, dataset } = problem;
    const isTraining = () => (model as unknown as { isTraining?: boolean }).isTraining ?? false;
    const seen: boolean[] = [];
    const failing = fit(model, dataset, {
      epochs: 1,
      callbacks: [
        { onBatchEnd: () => void seen.push(isTraining()) },
        { onEpochEnd: () => Promise.reject(new Error("on purpose")) },
      ],
      ...silent,
    });
    await assert.rejects(failing, /on purpose/);
    assert.deepEqual([...new Set(seen), isTraining()], [true, false]);
  });

  test("is reset by the next call", async () => {
    const { model, dataset } = problem;
    model.stopTraining = true;
    assert.equal((await fit(model, dataset, { epochs: 2, ...silent })).epoch.length, 2);
  });
});

describe("a second call for the same model", () => {
  test("ends the first, and the two never train at the same time", async () => {
    const { model, dataset } = problem;
    const order: string[] = [];
    const named = (name: string): Callback[] => [
      { onTrainBegin: () => void order.push(`${name} begins`), onTrainEnd: () => void order.push(`${name} ends`) },
    ];
    let startSecond: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (startSecond = resolve));
    const first = fit(model, dataset, {
      epochs: 3000,
      callbacks: [...named("first"), { onBatchEnd: (batch) => void (batch === 2 && startSecond()) }],
      ...silent,
    });
    await started;
    const second = await fit(model, dataset, { epochs: 2, callbacks: named("second"), ...silent });
    assert.ok((await first).epoch.length < 3000);
    assert.deepEqual(second.epoch, [0, 1]);
    assert.deepEqual(order, ["first begins", "first ends", "second begins", "second ends"]);
  });

  test("does so before the first has begun, and when several are waiting: the last one trains", async () => {
    const { model, dataset } = problem;
    const epochs: string[] = [];
    const run = (name: string) =>
      fit(model, dataset, {
        epochs: 3,
        callbacks: [{ onEpochEnd: (epoch) => void epochs.push(`${name}${epoch}`) }],
        ...silent,
      });
    const [a, b, c] = await Promise.all([run("a"), run("b"), run("c")]);
    assert.deepEqual([a.epoch, b.epoch, c.epoch], [[], [], [0, 1, 2]]);
    assert.deepEqual(epochs, ["c0", "c1", "c2"]);
  });

  test("works after the first has failed", async () => {
    const { model, dataset } = problem;
    const failing: Callback = { onBatchEnd: () => Promise.reject(new Error("first")) };
    const first = assert.rejects(fit(model, dataset, { epochs: 3, callbacks: [failing], ...silent }), /first/);
    const second = fit(model, dataset, { epochs: 1, ...silent });
    await first.catch(() => undefined);
    assert.equal((await second).epoch.length, 1);
  });

  test("leaves other models alone", async () => {
    const other = makeProblem();
    const both = await Promise.all(
      [problem, other].map(({ model, dataset }) => fit(model, dataset, { epochs: 2, ...silent })),
    );
    assert.deepEqual(
      both.map(({ epoch }) => epoch),
      [
        [0, 1],
        [0, 1],
      ],
    );
    other.dispose();
  });
});

describe("wrong input", () => {
  test("a model that isn't compiled is rejected", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [3] })] });
    await assert.rejects(
      fit(model, problem.dataset, { epochs: 1 }),
      /^UsageError: fit: expected a compiled model.*Call model\.compile/,
    );
    model.dispose();
  });

  for (const epochs of [0, -1, 1.5, NaN, Infinity]) {
    test(`${epochs} epochs are rejected`, async () => {
      await assert.rejects(
        fit(problem.model, problem.dataset, { epochs }),
        new RegExp(`whole number of at least 1, found ${epochs}\\.`),
      );
    });
  }

  test("a dataset that repeats forever is rejected, with what to do", async () => {
    const endless = tf.data.array([{ xs: problem.xs, ys: problem.ys }]).repeat();
    await assert.rejects(
      fit(problem.model, endless, { epochs: 1, ...silent }),
      /^UsageError: fit: dataset: expected a dataset that ends, .*dataset\.take\(100\)/,
    );
    await assert.rejects(
      fit(problem.model, problem.dataset, { epochs: 1, validationData: endless, ...silent }),
      /^UsageError: fit: validationData: expected a dataset that ends/,
    );
  });

  test("validation data without batches is named in the error", async () => {
    const empty = tf.data.array([{ xs: problem.xs, ys: problem.ys }]).filter(() => false);
    await assert.rejects(
      fit(problem.model, problem.dataset, { epochs: 1, validationData: empty, ...silent }),
      /^UsageError: fit: validationData: expected at least one batch, found none/,
    );
  });

  test("a filtered dataset, which doesn't know its size, trains as the same batches do", async () => {
    const batches = (sizes: number[]) =>
      tf.data.generator(function* () {
        for (const size of sizes) yield { xs: problem.xs.slice(0, size), ys: problem.ys.slice(0, size) };
      });
    const filtered = batches([16, 9, 16, 16]).filter(({ xs }) => xs.shape[0] === 16);
    assert.equal(filtered.size, null);
    const start = problem.model.getWeights().map((weight) => weight.clone());
    const options = { epochs: 2, validationData: filtered, ...silent };
    const { history } = await fit(problem.model, filtered, options);
    problem.model.setWeights(start);
    problem.model.compile({ optimizer: tf.train.adam(0.1), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    const expected = await fit(problem.model, batches([16, 16, 16]), { ...options, compiled: false });
    tf.dispose(start);
    for (const name of ["loss", "accuracy", "val_loss", "val_accuracy"] as const)
      history[name].forEach((value, epoch) => assert.ok(Math.abs(value - expected.history[name][epoch]) < 1e-5, name));
  });

  test("targets of another shape are rejected in tfjs's words, and no tensor is left", async () => {
    const ys = tf.zeros([50, 4]);
    await fit(problem.model, problem.dataset, { epochs: 1, ...silent });
    const before = tf.memory().numTensors;
    await assert.rejects(
      fit(problem.model, fromTensorSlices([problem.xs, ys]).batch(16), { epochs: 1, ...silent }),
      /shape/,
    );
    assert.equal(tf.memory().numTensors, before);
    ys.dispose();
    assert.equal((await fit(problem.model, problem.dataset, { epochs: 1, ...silent })).epoch.length, 1);
  });
});

describe("the article's model on real images", () => {
  let model: tf.Sequential;
  const tensors: tf.Tensor[] = [];
  beforeAll(() => {
    model = buildModel({ seed: 42 });
    model.compile({ optimizer: tf.train.adam(0.001), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  });
  afterAll(() => {
    model.dispose();
    tf.dispose(tensors);
  });

  test("learns from 1,000 of them, and evaluates as in tfjs", async () => {
    const [xTrain, yTrain] = await firstImages("train", 1000);
    const [xTest, yTest] = await firstImages("test", 250);
    tensors.push(xTrain, yTrain, xTest, yTest);
    const train = fromTensorSlices([xTrain, yTrain]).shuffle(1000, { seed: 42 }).batch(25, { dropRemainder: true });
    // 60, 60, 60, 60 and 10.
    const test = fromTensorSlices([xTest, yTest]).batch(60);
    const { history } = await fit(model, train, { epochs: 1, validationData: test, ...silent });
    assert.ok(history.loss[0] < 1.9, `loss ${history.loss}`);
    assert.ok(history.val_loss[0] < 1.1, `val_loss ${history.val_loss}`);
    assert.ok(history.val_accuracy[0] > 0.6, `val_accuracy ${history.val_accuracy}`);

    const { loss, accuracy } = await evaluate(model, test);
    const theirs = (await model.evaluateDataset(test, {})) as tf.Scalar[];
    const [theirLoss, theirAccuracy] = theirs.map((value) => value.dataSync()[0]);
    close(loss, theirLoss);
    close(accuracy, theirAccuracy);
    tf.dispose(theirs);
  });

  test("can be fitted five times without more tensors than after the first", async () => {
    const [x, y] = tensors as [tf.Tensor4D, tf.Tensor2D];
    const [fewX, fewY] = [x.slice(0, 50), y.slice(0, 50)];
    tensors.push(fewX, fewY);
    const counts: number[] = [];
    for (let run = 0; run < 5; run++) {
      const dataset = fromTensorSlices([fewX, fewY]).shuffle(50).batch(25);
      await fit(model, dataset, { epochs: 1, validationData: dataset, ...silent });
      counts.push(tf.memory().numTensors);
    }
    assert.deepEqual(counts, new Array(5).fill(counts[0]));
  });
});
