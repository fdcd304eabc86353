import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { loadModel } from "../../../src/helpers/saving";
import * as tf from "../../../src/helpers/tf";

beforeAll(() => tf.ready());

const REFERENCE = path.join(__dirname, "reference");
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "keras-files-"));
afterAll(() => fs.rmSync(temporary, { recursive: true }));

const expected = JSON.parse(fs.readFileSync(path.join(REFERENCE, "expected.json"), "utf8")) as Record<
  string,
  { input: number[][]; outputs: number[][][] }
>;

describe.each(["sequential", "branched", "recurrent"])("the %s model that Keras saved", (name) => {
  test.each([".keras", ".h5"])("as %s predicts what Keras predicts", async (extension) => {
    const model = await loadModel(path.join(REFERENCE, `${name}${extension}`));
    const { input, outputs } = expected[name];
    const x = tf.tensor(input);
    const predicted = [model.predict(x)].flat();
    assert.equal(predicted.length, outputs.length);
    predicted.forEach((tensor, i) => {
      const values = tensor.dataSync();
      const theirs = outputs[i].flat();
      assert.equal(values.length, theirs.length);
      values.forEach((value, place) =>
        assert.ok(Math.abs(value - theirs[place]) < 1e-5, `${value}, expected ${theirs[place]}`),
      );
    });
    tf.dispose([x, ...predicted]);
    model.dispose();
  });
});

describe("a file of Keras's that can't be read", () => {
  test("because tfjs doesn't have a layer or an option names all of them", async () => {
    await assert.rejects(loadModel(path.join(REFERENCE, "attention.keras")), (error: Error) => {
      assert.equal(error.name, "UsageError");
      for (const part of ["attention (MultiHeadAttention)", 'activation="gelu"', "grouped (Conv1D) with groups=2"])
        assert.ok(error.message.includes(part), error.message);
      return true;
    });
  });

  test("because it holds weights only says how to save a whole model", async () => {
    await assert.rejects(loadModel(path.join(REFERENCE, "only.weights.h5")), /weights only.*model\.save\(path\)/);
  });

  test.each([".keras", ".h5"])("because it is truncated, empty, missing or of another kind: %s", async (extension) => {
    const whole = fs.readFileSync(path.join(REFERENCE, `sequential${extension}`));
    const before = tf.memory().numTensors;
    for (const length of [0, 7, 100, whole.length >> 1, whole.length - 30]) {
      const file = path.join(temporary, `cut-${length}${extension}`);
      fs.writeFileSync(file, whole.subarray(0, length));
      await assert.rejects(loadModel(file), { name: "UsageError", message: /^loadModel: ".*" can't be read \(/ });
    }
    const other = path.join(temporary, `text${extension}`);
    fs.writeFileSync(other, "{}");
    await assert.rejects(loadModel(other), { name: "UsageError" });
    await assert.rejects(loadModel(path.join(temporary, `none${extension}`)), /expected a file, found none/);
    assert.equal(tf.memory().numTensors, before);
  });
});
