import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, test, vi } from "vitest";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import type { Logs } from "../../../src/helpers/history";
import { loadModel, loadWeights, saveModel } from "../../../src/helpers/saving";
import * as tf from "../../../src/helpers/tf";
import {
  CSVLogger,
  EarlyStopping,
  fit,
  LearningRateScheduler,
  ModelCheckpoint,
  ReduceLROnPlateau,
  TensorBoard,
  TerminateOnNaN,
  type Callback,
} from "../../../src/helpers/training";
import { needs } from "../../needs";
import { reference } from "../keras/reference";
import { makeProblem } from "./problem";

beforeAll(() => tf.ready());

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "callbacks-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const silent = { verbose: 0 } as const;

/** A model with one weight, at learning rate 1. */
function modelWithOneWeight(): tf.Sequential {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, useBias: false, inputShape: [1] })] });
  model.compile({ optimizer: tf.train.sgd(1), loss: "meanSquaredError" });
  return model;
}

/** Calls a callback as `fit` would, like `drive` in reference.py; the weight is the epoch's number, from 1. */
async function drive(callback: Callback<string>, series: string) {
  const model = modelWithOneWeight();
  callback.setModel?.(model);
  await callback.onTrainBegin?.();
  const rates: number[] = [];
  let epoch = 0;
  for (const number of reference.series[series]) {
    const value = number ?? NaN;
    await callback.onEpochBegin?.(epoch);
    rates.push(learningRate(model));
    model.setWeights([tf.tensor2d([[epoch + 1]])]);
    await callback.onEpochEnd?.(epoch, { loss: value, val_loss: value });
    epoch++;
    if (model.stopTraining) break;
  }
  await callback.onTrainEnd?.();
  return { epochs: epoch, weight: model.getWeights()[0].dataSync()[0], rates };
}

const learningRate = (model: tf.LayersModel) => (model.optimizer as unknown as { learningRate: number }).learningRate;

describe("like Keras's own, on the same numbers", () => {
  const kinds = { EarlyStopping, ReduceLROnPlateau };

  test.each(reference.callbacks)("$callback $options on $series numbers", async (expected) => {
    const { epochs, weight, rates } = await drive(new kinds[expected.callback](expected.options), expected.series);
    assert.deepEqual({ epochs, weight }, { epochs: expected.epochs, weight: expected.weight });
    rates.forEach((rate, i) => assert.ok(Math.abs(rate - expected.rates[i]) < 1e-6 * rate, `${rates}`));
  });

  test.each(reference.checkpoints)(
    "ModelCheckpoint $options on $series numbers",
    async ({ options, series, saved }) => {
      const epochs = fs.mkdtempSync(path.join(folder, "best-"));
      await drive(new ModelCheckpoint(path.join(epochs, "{epoch}"), { ...options, saveBestOnly: true }), series);
      assert.deepEqual(
        fs
          .readdirSync(epochs)
          .map(Number)
          .sort((a, b) => a - b),
        saved,
      );
    },
  );

  test("CSVLogger, twice, the second time to append", async () => {
    const file = path.join(folder, "new", "log.csv");
    for (const append of [false, true]) {
      const log = new CSVLogger(file, { separator: ";", append });
      log.onTrainBegin();
      log.onEpochEnd(0, { loss: 0.5, val_loss: 0.75, accuracy: 0.25 });
      log.onEpochEnd(1, { loss: 0.25, accuracy: 0.5 });
    }
    assert.equal(fs.readFileSync(file, "utf8"), reference.csv);
  });
});

describe("in fit", () => {
  test("EarlyStopping stops, and gives the model its best weights back; no tensor is left", async () => {
    const { model, dataset, dispose } = makeProblem();
    // At this rate the loss soon rises.
    model.compile({ optimizer: tf.train.sgd(300), loss: "categoricalCrossentropy" });
    await fit(model, dataset, { epochs: 1, ...silent });
    const weights: number[][] = [];
    const losses: number[] = [];
    const before = tf.memory().numTensors;
    const { epoch } = await fit<"val_loss">(model, dataset, {
      epochs: 50,
      validationData: dataset,
      callbacks: [
        new EarlyStopping({ patience: 2, restoreBestWeights: true }),
        {
          onEpochEnd(_, logs) {
            weights.push([...model.getWeights()[0].dataSync()]);
            losses.push(logs.val_loss);
          },
        },
      ],
      ...silent,
    });
    assert.equal(tf.memory().numTensors, before);
    assert.ok(epoch.length < 50);
    assert.deepEqual([...model.getWeights()[0].dataSync()], weights[losses.indexOf(Math.min(...losses))]);
    dispose();
  });

  test("learning rates become a series, and the compiled steps follow them", async () => {
    const [ours, opByOp] = [makeProblem(), makeProblem()];
    const callbacks = () => [new LearningRateScheduler((epoch, rate) => (epoch === 3 ? 0 : rate))];
    const { history } = await fit(ours.model, ours.dataset, { epochs: 6, callbacks: callbacks(), ...silent });
    await fit(opByOp.model, opByOp.dataset, { epochs: 6, callbacks: callbacks(), compiled: false, ...silent });
    const rates = (history as Record<string, number[]>).learning_rate;
    assert.deepEqual(rates, [0.1, 0.1, 0.1, 0, 0, 0]);
    assert.equal(history.loss[4], history.loss[5], "nothing moves at rate 0");
    ours.model.getWeights().forEach((weight, i) => {
      const theirs = opByOp.model.getWeights()[i].dataSync();
      weight.dataSync().forEach((value, place) => assert.ok(Math.abs(value - theirs[place]) < 1e-5));
    });
    ours.dispose();
    opByOp.dispose();
  });

  test("a schedule by batch sets the rate before each step, compiled", async () => {
    const { model, dataset, dispose } = makeProblem();
    const before: string[] = [];
    await fit(model, dataset, {
      epochs: 4,
      callbacks: [
        {
          onBatchBegin(batch) {
            before.push(model.getWeights()[0].dataSync().join());
            (model.optimizer as unknown as { learningRate: number }).learningRate = batch === 0 ? 0.1 : 0;
          },
        },
      ],
      ...silent,
    });
    assert.equal(before.length, 16);
    before.slice(1).forEach((weights, i) => assert.equal(weights !== before[i], i % 4 === 0, `step ${i}`));
    dispose();
  });

  test("TerminateOnNaN ends the training", needs(tf.getBackend() !== "tensorflow" && "native TensorFlow"), async () => {
    const { model, dataset, dispose } = makeProblem();
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    model.setWeights(model.getWeights().map((weight) => tf.fill(weight.shape, NaN)));
    const { epoch } = await fit(model, dataset, { epochs: 9, callbacks: [new TerminateOnNaN()], ...silent });
    assert.deepEqual(epoch, [0]);
    assert.match(String(log.mock.calls[0][0]), /Batch 0: the loss is NaN/);
    log.mockRestore();
    dispose();
  });

  test("tfjs's own callbacks work: they know the model, and acc", async () => {
    const { model, dataset, dispose } = makeProblem();
    const seen: Logs<string>[] = [];
    const custom = new tf.CustomCallback({ onEpochEnd: (_, logs) => void seen.push(logs as Logs<string>) });
    const stopping = tf.callbacks.earlyStopping({ monitor: "val_acc", patience: 1, mode: "min" });
    const { epoch } = await fit(model, dataset, {
      epochs: 40,
      validationData: dataset,
      callbacks: [stopping, custom],
      ...silent,
    });
    assert.ok(epoch.length < 40);
    assert.ok(seen.length === epoch.length && "loss" in seen[0]);
    dispose();
  });

  test("a series that isn't measured is named, with those that are", async () => {
    const { model, dataset, dispose } = makeProblem();
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await fit(model, dataset, { epochs: 1, callbacks: [new EarlyStopping()], ...silent });
    assert.match(String(warn.mock.calls[0][0]), /expected the series "val_loss" to watch, found loss, accuracy\. Pass/);
    warn.mockRestore();
    dispose();
  });

  test("epochs from initialEpoch on; a seeded dataset yields the batches that they would have had", async () => {
    const [whole, parts] = [makeProblem(), makeProblem()];
    const shuffled = ({ xs, ys }: typeof whole) => fromTensorSlices([xs, ys]).shuffle(50, { seed: 3 }).batch(16);
    const expected = await fit(whole.model, shuffled(whole), { epochs: 5, ...silent });
    await fit(parts.model, shuffled(parts), { epochs: 2, ...silent });
    await saveModel(parts.model, path.join(folder, "parts"));
    const loaded = await loadModel(path.join(folder, "parts"));
    const { epoch, history } = await fit(loaded, shuffled(parts), { epochs: 5, initialEpoch: 2, ...silent });
    assert.deepEqual(epoch, [2, 3, 4]);
    history.loss.forEach((loss, i) => assert.ok(Math.abs(loss - expected.history.loss[i + 2]) < 1e-5));
    whole.dispose();
    parts.dispose();
  });
});

test("options out of range are refused, with what is expected", () => {
  assert.throws(
    () => new EarlyStopping({ patience: 1.5 }),
    /patience: expected a whole number of at least 0, found 1.5/,
  );
  assert.throws(() => new EarlyStopping({ monitor: "val_score" }), /direction is known.*Pass mode: "max"/);
  assert.throws(() => new EarlyStopping({ mode: "up" as "max" }), /mode: expected "auto", "min" or "max", found "up"/);
  assert.throws(() => new ReduceLROnPlateau({ factor: 1 }), /factor: expected a number above 0 and below 1, found 1/);
  assert.throws(() => new ModelCheckpoint("x", { saveFreq: 0 }), /saveFreq: expected "epoch" or a whole number/);
  assert.throws(() => new ReduceLROnPlateau().onEpochEnd(0, { loss: 1 }), /expected to be called by fit/);
});

describe("ModelCheckpoint", () => {
  test("fills in epoch and numbers, saves after some number of batches, and names what isn't there", async () => {
    const { model, dataset, dispose } = makeProblem();
    const pattern = path.join(folder, "named", "{epoch:02d}-{loss:.1f}");
    await fit(model, dataset, { epochs: 2, callbacks: [new ModelCheckpoint(pattern)], ...silent });
    assert.deepEqual(
      fs.readdirSync(path.join(folder, "named")).map((name) => name.replace(/\d$/, "0")),
      ["01-1.0", "02-1.0"],
    );
    const batches = path.join(folder, "batches", "{epoch}-{batch}");
    const byBatch = new ModelCheckpoint(batches, { saveFreq: 3 });
    await fit(model, dataset, { epochs: 2, callbacks: [byBatch], ...silent });
    assert.deepEqual(fs.readdirSync(path.join(folder, "batches")).sort(), ["1-3", "2-2"]);
    const misspelt = new ModelCheckpoint(path.join(folder, "{val_los}"));
    await assert.rejects(
      fit(model, dataset, { epochs: 1, callbacks: [misspelt], ...silent }),
      /expected one of epoch, loss, accuracy in the path, found \{val_los\}/,
    );
    dispose();
  });

  test(
    "after kill -9 the folder holds a whole checkpoint, from which training ends where it would have ended",
    needs(tf.getBackend() !== "tensorflow" && "native TensorFlow"),
    async () => {
      const run = (checkpoint: string, signal?: AbortSignal) =>
        spawn(process.execPath, ["--import", "tsx", path.join(__dirname, "checkpointed-run.ts"), checkpoint], {
          stdio: ["ignore", "pipe", "inherit"],
          signal,
        });
      const whole = run(path.join(folder, "whole"));
      const killed = run(path.join(folder, "killed"));
      // Killed somewhere in the sixth epoch or its checkpoint.
      let printed = "";
      killed.stdout.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        if (/epoch 5/.test(printed)) killed.kill("SIGKILL");
      });
      const [[wholeCode], [, signal]] = await Promise.all([once(whole, "exit"), once(killed, "exit")]);
      assert.equal(wholeCode, 0);
      assert.equal(signal, "SIGKILL");
      const [resumedCode] = await once(run(path.join(folder, "killed")), "exit");
      assert.equal(resumedCode, 0);
      const [expected, resumed] = await Promise.all(
        ["whole", "killed"].map((name) => loadModel(path.join(folder, name))),
      );
      assert.equal(resumed.optimizer.iterations, expected.optimizer.iterations);
      resumed.getWeights().forEach((weight, i) => {
        const values = expected.getWeights()[i].dataSync();
        weight.dataSync().forEach((value, place) => assert.ok(Math.abs(value - values[place]) < 1e-5));
      });
    },
  );
});

describe("saved models", () => {
  test.each([
    ["adam", () => tf.train.adam(0.1)],
    ["sgd", () => tf.train.sgd(0.1)],
    ["momentum", () => tf.train.momentum(0.1, 0.9)],
    ["rmsprop", () => tf.train.rmsprop(0.1)],
    ["adagrad", () => tf.train.adagrad(0.1)],
    ["adadelta", () => tf.train.adadelta(0.1)],
    ["adamax", () => tf.train.adamax(0.1)],
  ])("go on as if they hadn't been saved, with %s", async (name, makeOptimizer) => {
    const { model, dataset, dispose } = makeProblem();
    model.compile({ optimizer: makeOptimizer(), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    await fit(model, dataset, { epochs: 2, ...silent });
    await saveModel(model, path.join(folder, name));
    const loaded = await loadModel(path.join(folder, name));
    const other = makeProblem();
    other.model.compile({ optimizer: makeOptimizer(), loss: "categoricalCrossentropy" });
    await loadWeights(other.model, path.join(folder, name));
    const { history } = await fit(model, dataset, { epochs: 3, ...silent });
    for (const same of [loaded, other.model]) {
      const again = await fit(same, dataset, { epochs: 3, ...silent });
      history.loss.forEach((loss, i) => assert.ok(Math.abs(loss - again.history.loss[i]) < 1e-6, `${loss}`));
    }
    dispose();
    other.dispose();
  });

  test("with a loss of your own aren't compiled, and a line says so", async () => {
    const { model, dispose } = makeProblem();
    model.compile({ optimizer: "adam", loss: (truth, predicted) => tf.losses.meanSquaredError(truth, predicted) });
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    await saveModel(model, path.join(folder, "own-loss"));
    assert.equal((await loadModel(path.join(folder, "own-loss"))).optimizer, undefined);
    assert.match(String(log.mock.calls[0][0]), /isn't compiled/);
    log.mockRestore();
    dispose();
  });

  test("that are damaged, missing or point elsewhere are refused by name", async () => {
    const { model, dispose } = makeProblem();
    const damaged = path.join(folder, "damaged");
    await saveModel(model, damaged);
    const json = path.join(damaged, "model.json");
    const weights = path.join(
      damaged,
      fs.readdirSync(damaged).find((name) => name.startsWith("weights"))!,
    );
    fs.truncateSync(weights, 10);
    await assert.rejects(loadModel(damaged), /loadModel: ".*damaged" can't be read \(expected 48 bytes .*found 10\)/);
    fs.writeFileSync(json, fs.readFileSync(json, "utf8").replace(path.basename(weights), "../../etc/passwd"));
    await assert.rejects(loadModel(damaged), /expected weights beside model.json, found the path/);
    fs.truncateSync(json, 20);
    await assert.rejects(loadModel(damaged), /can't be read/);
    await assert.rejects(loadModel(path.join(folder, "nowhere")), /expected a folder with a model.json, found none/);
    dispose();
  });

  test("replace an earlier one in its folder, and leave nothing else there", async () => {
    const { model, dataset, dispose } = makeProblem();
    const place = path.join(folder, "replaced");
    await saveModel(model, place);
    await fit(model, dataset, { epochs: 1, ...silent });
    await saveModel(model, place);
    assert.equal(fs.readdirSync(place).length, 3);
    const loaded = await loadModel(place);
    assert.deepEqual(loaded.getWeights()[0].dataSync(), model.getWeights()[0].dataSync());
    dispose();
  });
});

test(
  "TensorBoard's event files hold each epoch's numbers, with TensorFlow's checksums",
  needs(tf.getBackend() !== "tensorflow" && "native TensorFlow"),
  async () => {
    const { model, dataset, dispose } = makeProblem();
    const logDir = path.join(folder, "logs");
    const { history } = await fit(model, dataset, {
      epochs: 2,
      validationData: dataset,
      callbacks: [new TensorBoard(logDir, { histogramFreq: 1 })],
      ...silent,
    });
    const events = (part: string) => {
      const [file] = fs.readdirSync(path.join(logDir, part));
      assert.match(file, /^events\.out\.tfevents\./);
      return fs.readFileSync(path.join(logDir, part, file));
    };
    for (const [part, prefix] of [
      ["train", ""],
      ["validation", "val_"],
    ]) {
      const bytes = events(part);
      for (const name of ["loss", "accuracy"] as const) {
        assert.ok(bytes.includes(`epoch_${name}`));
        for (const value of history[`${prefix}${name}` as "loss"])
          assert.ok(bytes.includes(Buffer.from(Float32Array.of(value).buffer)), `${part} ${name} ${value}`);
      }
      assert.ok(recordCount(bytes) >= 5);
    }
    assert.ok(events("train").includes(model.weights[0].name));
    dispose();
  },
);

/** How many records a file of TensorFlow's has: length, its checksum, data, their checksum. */
function recordCount(bytes: Buffer): number {
  let count = 0;
  let at = 0;
  for (; at < bytes.length; count++) at += 8 + 4 + Number(bytes.readBigUInt64LE(at)) + 4;
  assert.equal(at, bytes.length);
  return count;
}
