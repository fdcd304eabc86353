import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { readParameters } from "../../../src/helpers/workbook/parameters";

describe("readParameters", () => {
  test("has defaults, also for empty variables", () => {
    const defaults = { epochs: 3, batchSize: 100, learningRate: 0.001, seed: 42 };
    assert.deepEqual(readParameters({}), defaults);
    assert.deepEqual(readParameters({ EPOCHS: "", BATCH_SIZE: "  ", LEARNING_RATE: undefined }), defaults);
  });

  test("reads numbers, with or without spaces around them", () => {
    assert.deepEqual(readParameters({ EPOCHS: "100", BATCH_SIZE: " 32 ", LEARNING_RATE: "1e-4", SEED: "0" }), {
      epochs: 100,
      batchSize: 32,
      learningRate: 1e-4,
      seed: 0,
    });
  });

  test("reads the process's environment when none is given", () => {
    const before = process.env.EPOCHS;
    process.env.EPOCHS = "7";
    try {
      assert.equal(readParameters().epochs, 7);
    } finally {
      if (before === undefined) delete process.env.EPOCHS;
      else process.env.EPOCHS = before;
    }
  });

  for (const [name, values] of [
    ["EPOCHS", ["0", "-1", "2.5", "three", "3 epochs", "Infinity", "1e99", "1,000"]],
    ["BATCH_SIZE", ["0", "-100", "0.1", "NaN"]],
    ["SEED", ["-1", "0.5", "random"]],
    ["LEARNING_RATE", ["0", "-0.001", "fast", "Infinity", "0,001"]],
  ] as const) {
    for (const value of values) {
      test(`rejects ${name}=${value}`, () => {
        assert.throws(
          () => readParameters({ [name]: value }),
          (error: Error) => {
            assert.ok(error.message.startsWith(`${name}: expected a `), error.message);
            assert.ok(error.message.includes(`found "${value}"`), error.message);
            assert.match(error.message, /or unset it\.$/);
            return true;
          },
        );
      });
    }
  }
});
