import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { loadModel } from "../../../src/helpers/saving";
import * as tf from "../../../src/helpers/tf";
import { makeProblem } from "../training/problem";

beforeAll(() => tf.ready());

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "plain-paths-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

test("tfjs's own save and load take plain paths, with the optimizer if asked", async () => {
  const { model, xs, dispose } = makeProblem();
  const values = (each: tf.LayersModel) => tf.tidy(() => (each.predict(xs) as tf.Tensor).dataSync());
  await model.save(path.join(folder, "plain"));
  await model.save(path.join(folder, "compiled"), { includeOptimizer: true });
  const loaded = await tf.loadLayersModel(path.join(folder, "plain"));
  const compiled = await tf.loadLayersModel(path.join(folder, "compiled", "model.json"));
  const ours = await loadModel(path.join(folder, "plain"));
  for (const each of [loaded, compiled, ours]) assert.deepEqual(values(each), values(model));
  assert.equal(loaded.optimizer, undefined);
  assert.equal(compiled.optimizer.getClassName(), "Adam");
  for (const each of [loaded, compiled, ours]) each.dispose();
  compiled.optimizer.dispose();
  dispose();
});

test("what isn't a model is refused by name, and other URLs are left to tfjs", async () => {
  await assert.rejects(tf.loadLayersModel(path.join(folder, "none")), {
    name: "UsageError",
    message: /tf\.loadLayersModel: ".*none" can't be read \(expected a folder with a model\.json, found none\)/,
  });
  await assert.rejects(tf.loadLayersModel("/x/model.h5"), /Call loadModel\(path\), which reads it/);
  await assert.rejects(tf.loadLayersModel("http://127.0.0.1:9/model.json"), /fetch failed/);
});
