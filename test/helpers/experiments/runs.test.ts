import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, test, vi } from "vitest";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import { deleteRuns, historiesOf, nameRuns, runRecords, runs, tagRuns } from "../../../src/helpers/experiments";
import { recordRun } from "../../../src/helpers/experiments/runs";
import * as tf from "../../../src/helpers/tf";
import { fit } from "../../../src/helpers/training";
import { makeProblem, type Problem } from "../training/problem";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "runs-"));
const file = path.join(folder, "new", "runs.jsonl");
const usual = process.env.RUNS_FILE;
let problem: Problem;

beforeAll(async () => {
  await tf.ready();
  process.env.RUNS_FILE = file;
});
afterAll(() => {
  process.env.RUNS_FILE = usual;
  fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  problem = makeProblem();
});
afterEach(() => {
  vi.restoreAllMocks();
  problem.dispose();
  fs.rmSync(path.dirname(file), { recursive: true, force: true });
});

const record = (name: string, loss: number[], parameters = {}): void =>
  recordRun({
    model: problem.model,
    dataset: problem.dataset,
    epochs: loss.length,
    started: new Date(),
    history: { epoch: loss.map((_, epoch) => epoch), history: { loss } },
    label: { name, parameters },
  });

/** What the helpers print while `action` runs. */
function printed(action: () => void): string {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  action();
  const lines = log.mock.calls.map((call) => call.join(" "));
  log.mockRestore();
  return lines.join("\n");
}

describe("fit", () => {
  test("leaves a record with its parameters, seed, versions, history and time", async () => {
    const { model, xs, ys, dataset } = problem;
    const trainSet = fromTensorSlices([xs, ys]).shuffle(50, { seed: 3 }).batch(16);
    const run = { name: "first", tags: ["a", "a", "b"], parameters: { filters: 4 } };
    const history = await fit(model, trainSet, { epochs: 2, validationData: dataset, verbose: 0, run });
    const [saved, ...others] = runRecords();
    assert.deepEqual(others, []);
    assert.deepEqual(saved.history, history.history);
    assert.equal(saved.name, "first");
    assert.deepEqual(saved.tags, ["a", "b"]);
    assert.deepEqual(saved.parameters, {
      layers: "Dense",
      epochs: 2,
      batchSize: 16,
      examples: 50,
      seed: 3,
      optimizer: "Adam",
      learningRate: 0.1,
      loss: "categoricalCrossentropy",
      weights: 12,
      filters: 4,
    });
    assert.equal(saved.versions.node, process.versions.node);
    assert.ok(saved.seconds > 0 && saved.seconds < 60);
    assert.ok(Math.abs(Date.now() - Date.parse(saved.started)) < 60_000);
  });

  test("keeps the training when the record can't be written, and says so", async () => {
    fs.mkdirSync(file, { recursive: true });
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const history = await fit(problem.model, problem.dataset, { epochs: 1, verbose: 0 });
    assert.equal(history.epoch.length, 1);
    assert.match(log.mock.calls.join("\n"), /this run couldn't be recorded in .*runs\.jsonl: .*directory/);
  });
});

describe("runs", () => {
  test("are none before the first", () => {
    assert.equal(runs().numRows(), 0);
    assert.deepEqual(runRecords(), []);
  });

  test("are a table with a column for each parameter and last metric", () => {
    record("one", [0.5, 0.25], { filters: 4 });
    record("two", [NaN, Infinity], { pooling: "max" });
    const table = runs();
    assert.deepEqual(table.array("name"), ["one", "two"]);
    assert.deepEqual(table.array("filters"), [4, null]);
    assert.deepEqual(table.array("pooling"), [null, "max"]);
    assert.deepEqual(table.array("loss"), [0.25, Infinity]);
    assert.deepEqual(runRecords()[1].history.loss, [NaN, Infinity]);
  });

  test("can be filtered, named, tagged and deleted", () => {
    for (const filters of [4, 8, 16]) record("", [1 / filters], { filters });
    assert.equal(nameRuns({ parameters: { filters: 8 } }, "eight"), 1);
    assert.equal(tagRuns({}, "sizes", "sizes"), 3);
    assert.equal(tagRuns({ name: "eight" }, "sizes"), 0);
    assert.deepEqual(
      runRecords({ tag: "sizes" }).map(({ name }) => name),
      ["", "eight", ""],
    );
    assert.equal(deleteRuns({ name: "eight", tag: "sizes" }), 1);
    assert.deepEqual(runs().array("filters"), [4, 16]);
    assert.equal(deleteRuns({ name: "eight" }), 0);
    assert.throws(() => tagRuns({ name: "eight" }, "x"), /tagRuns: expected runs that match \{"name":"eight"\}/);
  });

  test("with the same name have histories with different labels", () => {
    record("same", [0.5]);
    record("same", [0.4, 0.3]);
    record("", [0.1]);
    const histories = historiesOf(runRecords());
    assert.deepEqual(Object.keys(histories), ["same", "same (2)", runRecords()[2].id]);
    assert.deepEqual(histories["same (2)"].epoch, [0, 1]);
  });

  test("survive a line that was cut off: the next run starts a new line, and the reader hears of it", () => {
    record("before", [1]);
    fs.appendFileSync(file, '{"id":"abc","na');
    record("after", [2]);
    let names: string[] = [];
    const said = printed(() => (names = runRecords().map(({ name }) => name)));
    assert.deepEqual(names, ["before", "after"]);
    assert.match(said, /^Line 2 of .*runs\.jsonl can't be read and is left out\.$/);
  });

  test("ignore what isn't a run", () => {
    record("only", [1]);
    fs.appendFileSync(file, 'null\n5\n[]\n{}\n"text"\n{"id":7}\n\n');
    const said = printed(() => assert.equal(runRecords().length, 1));
    assert.match(said, /^Lines 2, 3, 4, 5, 6, 7 of /);
  });

  test("of several processes at once are all there, each whole", { timeout: 60_000 }, async () => {
    const PROCESSES = 4;
    const RUNS = 200;
    const script = `
      const { append } = require(${JSON.stringify(path.resolve("src/helpers/experiments/run-file.ts"))});
      for (let run = 0; run < ${RUNS}; run++)
        append({ id: process.argv[1] + "-" + run, name: "x".repeat(5000), tags: [], history: { loss: [run] } });`;
    const children = Array.from({ length: PROCESSES }, (_, number) =>
      spawn(process.execPath, ["--require", "tsx/cjs", "-e", script, String(number)], { stdio: "inherit" }),
    );
    const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0] as number));
    assert.deepEqual(
      codes,
      Array.from({ length: PROCESSES }, () => 0),
    );
    const said = printed(() => assert.equal(new Set(runRecords().map(({ id }) => id)).size, PROCESSES * RUNS));
    assert.equal(said, "");
  });
});
