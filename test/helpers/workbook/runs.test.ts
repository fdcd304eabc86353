import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from "vitest";
import { buildModel } from "../../../src/helpers/model";
import * as tf from "../../../src/helpers/tf";
import { releaseUnreachable } from "../../../src/helpers/tf/memory";
import { evaluate, fit } from "../../../src/helpers/training";
import { loadRun, saveRun } from "../../../src/helpers/workbook";
import { makeProblem, type Problem } from "../training/problem";

const RUNS = path.resolve(__dirname, "../../../build/runs");
const NAME = `test-run-${process.pid}`;
const folder = path.join(RUNS, NAME);

const history = { epoch: [0, 1], history: { loss: [0.5, 0.25], accuracy: [0.75, 0.875] } };
let problem: Problem;

beforeAll(() => tf.ready());
beforeEach(() => {
  problem = makeProblem();
});
afterEach(() => {
  problem.dispose();
  fs.rmSync(folder, { recursive: true, force: true });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const leftBehind = () => fs.readdirSync(RUNS).filter((name) => name.startsWith(NAME));
const outputs = (model: tf.LayersModel, x: tf.Tensor) => tf.tidy(() => [...(model.predict(x) as tf.Tensor).dataSync()]);

describe("saveRun and loadRun", () => {
  test("restore model and history", async () => {
    await saveRun(NAME, { model: problem.model, history });
    const run = await loadRun(NAME);
    assert.ok(run !== undefined);
    assert.deepEqual(run.history, history);
    assert.deepEqual(outputs(run.model, problem.xs), outputs(problem.model, problem.xs));
    assert.deepEqual(leftBehind(), [NAME]);
    run.model.dispose();
  });

  test("preserve the article's model, bit by bit", async () => {
    const model = buildModel({ seed: 5 });
    await saveRun(NAME, { model, history });
    const loaded = (await loadRun(NAME))?.model;
    assert.ok(loaded !== undefined);
    assert.equal(loaded.countParams(), 288266);
    assert.deepEqual(
      loaded.layers.map(({ name }) => name),
      model.layers.map(({ name }) => name),
    );
    loaded
      .getWeights()
      .forEach((weight, place) => assert.deepEqual(weight.dataSync(), model.getWeights()[place].dataSync()));
    for (const each of [model, loaded]) each.dispose();
  });

  test("restore a model that can be compiled, evaluated and trained further", async () => {
    const trained = await fit(problem.model, problem.dataset, { epochs: 5, verbose: 0 });
    await saveRun(NAME, { model: problem.model, history: trained });
    const run = await loadRun(NAME);
    assert.ok(run !== undefined);
    await assert.rejects(evaluate(run.model, problem.dataset), /expected a compiled model/);
    run.model.compile({ optimizer: tf.train.adam(0.1), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    assert.deepEqual(await evaluate(run.model, problem.dataset), await evaluate(problem.model, problem.dataset));
    const again = await fit(run.model, problem.dataset, { epochs: 1, verbose: 0 });
    assert.ok(again.history.loss[0] < run.history.history.loss[0]);
    run.model.dispose();
  });

  test("replace an earlier run of that name", async () => {
    await saveRun(NAME, { model: problem.model, history });
    const later = { epoch: [0], history: { loss: [0.1] } };
    await saveRun(NAME, { model: problem.model, history: later });
    const run = await loadRun(NAME);
    assert.deepEqual(run?.history, later);
    assert.deepEqual(leftBehind(), [NAME]);
    run?.model.dispose();
  });

  test("preserve the loss of a run that diverged", async () => {
    await saveRun(NAME, { model: problem.model, history: { epoch: [0], history: { loss: [NaN], accuracy: [0.1] } } });
    const run = await loadRun(NAME);
    assert.deepEqual(run?.history.history, { loss: [NaN], accuracy: [0.1] });
    run?.model.dispose();
  });

  test("keep the earlier run when saving fails", async () => {
    await saveRun(NAME, { model: problem.model, history });
    const model = makeProblem();
    model.dispose();
    await assert.rejects(saveRun(NAME, { model: model.model, history: { epoch: [], history: {} } }));
    const run = await loadRun(NAME);
    assert.deepEqual(run?.history, history);
    run?.model.dispose();
    assert.deepEqual(leftBehind(), [NAME]);
  });

  test("leave no tensor behind, and a loaded model is freed when nothing refers to it", async () => {
    await releaseUnreachable();
    const before = tf.memory().numTensors;
    await saveRun(NAME, { model: problem.model, history });
    assert.equal(tf.memory().numTensors, before);
    await (async () => {
      const run = await loadRun(NAME);
      assert.equal(tf.memory().numTensors, before + (run?.model.weights.length ?? 0));
    })();
    await releaseUnreachable();
    assert.equal(tf.memory().numTensors, before);
  });

  test("reject a name under which nothing was saved", async () => {
    assert.equal(await loadRun(NAME), undefined);
  });
});

describe("damaged runs", () => {
  const damage: [what: string, file: string, change: (bytes: Buffer) => Buffer | undefined][] = [
    ["a model that is missing", "model.json", () => undefined],
    ["a model cut short", "model.json", (bytes) => bytes.subarray(0, 100)],
    ["a model that is something else", "model.json", () => Buffer.from("{}")],
    ["weights that are missing", "weights.bin", () => undefined],
    ["weights cut short", "weights.bin", (bytes) => bytes.subarray(0, bytes.length - 4)],
    ["weights cut within a number", "weights.bin", (bytes) => bytes.subarray(0, bytes.length - 2)],
    ["weights of a larger model", "weights.bin", (bytes) => Buffer.concat([bytes, Buffer.alloc(4)])],
    ["a history that is missing", "history.json", () => undefined],
    ["a history cut short", "history.json", (bytes) => bytes.subarray(0, 10)],
    ["a history without series", "history.json", () => Buffer.from("{}")],
    ["a history that is nothing", "history.json", () => Buffer.from("null")],
  ];
  for (const [what, name, change] of damage) {
    test(`with ${what} are rejected with what to do, and leave no tensor behind`, async () => {
      await saveRun(NAME, { model: problem.model, history });
      const file = path.join(folder, name);
      const changed = change(fs.readFileSync(file));
      if (changed === undefined) fs.rmSync(file);
      else fs.writeFileSync(file, changed);
      await releaseUnreachable();
      const before = tf.memory().numTensors;
      await assert.rejects(
        loadRun(NAME),
        new RegExp(`^UsageError: loadRun: the run saved as "${NAME}" can't be read \\(.+\\)\\. Re-run the notebook`),
      );
      await releaseUnreachable();
      assert.equal(tf.memory().numTensors, before);
    });
  }
});

describe("names", () => {
  for (const name of ["", "../x", "..", ".hidden", "a/b", "a\\b", "/etc", "a b", "-x", "ä", "x\n"]) {
    test(`${JSON.stringify(name)} is rejected`, async () => {
      await assert.rejects(loadRun(name), /name of the run: expected letters, digits/);
      await assert.rejects(
        saveRun(name, { model: problem.model, history }),
        /name of the run: expected letters, digits/,
      );
    });
  }
});
