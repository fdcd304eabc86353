import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as tfjs from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, test } from "vitest";
import * as bySource from "../../src/helpers"; // eslint-disable-line import-x/no-duplicates
import { loadData } from "../../src/helpers/mnist";
import { fit } from "../../src/helpers/training";
import * as helpers from "cnn-helpers"; // eslint-disable-line import-x/no-duplicates

const ROOT = path.resolve(__dirname, "../..");

describe("the specifier cnn-helpers", () => {
  test("is the same module as the source folder, folder by folder", () => {
    assert.equal(require("cnn-helpers"), require("../../src/helpers"));
    assert.equal(require("cnn-helpers"), require("../../src/helpers/index"));
    assert.equal(helpers.loadData, loadData);
    assert.equal(helpers.fit, fit);
    assert.equal(bySource.fit, fit);
  });

  test("has the same tfjs as the libraries, so that tensors and models fit together", () => {
    assert.equal(helpers.tf.engine(), tfjs.engine());
    assert.equal(helpers.tf.Tensor, tfjs.Tensor);
  });

  test("gives the same module as long as no file changes", () => {
    const first = require("cnn-helpers");
    assert.equal(require("cnn-helpers"), first);
  });
});

describe("an edit of a helper", { concurrent: true }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cnn-helpers-test-"));
  beforeAll(() => {
    fs.symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    fs.copyFileSync(path.join(ROOT, "tsconfig.json"), path.join(folder, "tsconfig.json"));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Runs a script in a process of its own, with a copy of the helpers that it may edit; gives what it wrote. */
  async function runWithCopy(
    name: string,
    script: string,
    environment: Record<string, string> = {},
  ): Promise<string[]> {
    const sources = path.join(folder, name, "src");
    for (const part of ["helpers", "shared"]) {
      fs.cpSync(path.join(ROOT, "src", part), path.join(sources, part), { recursive: true });
    }
    const copy = path.join(sources, "helpers");
    const prelude = `
      const fs = require("node:fs");
      const load = () => require("./main.cjs");
      const edit = (file, from, to) => {
        const text = fs.readFileSync(file, "utf8");
        if (!text.includes(from)) throw new Error(from + " is not in " + file);
        fs.writeFileSync(file, text.replace(from, to));
      };`;
    return new Promise((resolve, reject) => {
      const env = { ...process.env, ...environment };
      execFile(
        process.execPath,
        ["--eval", `${prelude}(async () => {${script}})();`],
        { cwd: copy, env },
        (error, stdout, stderr) => {
          if (error) reject(new Error(`${error.message}\n${stdout}\n${stderr}`));
          else
            resolve(
              stdout.split("\n").filter((line) => line !== "" && !line.startsWith("TensorFlow runs on WebAssembly")),
            );
        },
      );
    });
  }

  /** What the session made before the edit goes on working with what is loaded after it. */
  const EDITS = `
    const before = load();
    await before.tf.ready();
    const { tf } = before;
    const x = before.toCategorical([0, 1, 2, 1], 3);
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [3], activation: "softmax" })] });
    model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    const dataset = before.fromTensorSlices([x, x]).batch(2);
    console.log("before", load() === before, before.NUM_CLASSES);
    let started;
    const trains = new Promise((resolve) => (started = resolve));
    const first = before.fit(model, dataset, { epochs: 5000, verbose: 0, callbacks: [{ onEpochEnd: started }] });
    await trains;

    edit("model/build.ts", "NUM_CLASSES = 10;", "NUM_CLASSES = 11;");
    const after = load();
    console.log("after", load() === after, after.NUM_CLASSES);
    await after.tf.ready();
    console.log("tensors", after.tf.getBackend() === tf.getBackend(), x.argMax(-1).dataSync().join());
    const second = await after.fit(model, dataset, { epochs: 2, verbose: 0 });
    console.log("runs", (await first).epoch.length < 5000, second.epoch.join());
    console.log("slices", after.fromTensorSlices([x, after.toCategorical([0, 0, 0, 0], 3)]).size);

    const attempt = () => {
      try {
        return load().NUM_CLASSES;
      } catch (error) {
        return error.message.includes("build.ts") ? "build.ts" : error.message;
      }
    };
    edit("model/build.ts", "NUM_CLASSES = 11;", "NUM_CLASSES = ;");
    console.log("broken", attempt(), attempt());
    edit("model/build.ts", "NUM_CLASSES = ;", "NUM_CLASSES = 12;");
    console.log("mended", attempt());`;
  const OUTPUT = [
    "before true 10",
    "after true 11",
    "tensors true 0,1,2,1",
    "runs true 0,1",
    "slices 4",
    "broken build.ts build.ts",
    "mended 12",
  ];

  // WebAssembly is tried in any case: there the backend lives in JavaScript, where a reload could lose it.
  for (const backend of new Set(["wasm", process.env.TFJS_BACKEND ?? ""])) {
    const named = backend === "" ? "the best backend" : backend;
    test(`is loaded by the next import, and tensors, models, datasets and runs stay usable (${named})`, async () => {
      assert.deepEqual(await runWithCopy(`edited-${backend}`, EDITS, { TFJS_BACKEND: backend }), OUTPUT);
    });
  }
});
