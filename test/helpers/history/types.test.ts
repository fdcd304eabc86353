/**
 * The names of series and metrics are checked by the compiler: each `@ts-expect-error` fails the type-check if it
 * compiles.
 */
import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { checkHistory, type History, type Logs } from "../../../src/helpers/history";
import { historyFigure } from "../../../src/helpers/plots";
import { historyTable } from "../../../src/helpers/tables";
import * as tf from "../../../src/helpers/tf";
import { type Callback, evaluate, fit } from "../../../src/helpers/training";
import { makeProblem } from "../training/problem";

beforeAll(() => tf.ready());
const { model, dataset, dispose } = makeProblem({ metrics: ["accuracy", "mse"] });
afterAll(dispose);
const options = { epochs: 1, verbose: 0 } as const;

describe("a misspelt metric doesn't compile", () => {
  test("in a history with validation data", async () => {
    const { history } = await fit(model, dataset, { ...options, validationData: dataset });
    for (const series of [history.loss, history.accuracy, history.val_loss, history.val_accuracy])
      assert.equal(series.length, 1);
    // @ts-expect-error: there is no series "los"
    assert.equal(history.los, undefined);
    // @ts-expect-error: there is no series "val_acc"
    assert.equal(history.val_acc, undefined);
  });

  test("in a history without validation data, which has no val_ series", async () => {
    const { history } = await fit(model, dataset, options);
    assert.equal(history.accuracy.length, 1);
    // @ts-expect-error: there was no validation data
    assert.equal(history.val_loss, undefined);
  });

  test("in an evaluation", async () => {
    const logs = await evaluate(model, dataset);
    assert.ok(logs.loss > 0 && logs.accuracy >= 0);
    // @ts-expect-error: there is no metric "acuracy"
    assert.equal(logs.acuracy, undefined);
  });

  test("in a callback", async () => {
    const seen: number[] = [];
    await fit(model, dataset, {
      ...options,
      validationData: dataset,
      callbacks: [
        {
          onBatchEnd(_batch, logs) {
            seen.push(logs.loss);
            // @ts-expect-error: a batch has no validation
            assert.equal(logs.val_loss, undefined);
          },
          onEpochEnd(_epoch, logs) {
            seen.push(logs.val_loss, logs.val_accuracy);
            // @ts-expect-error: there is no metric "val_los"
            assert.equal(logs.val_los, undefined);
          },
        },
      ],
    });
    assert.ok(seen.every((value) => value >= 0));
  });
});

describe("other metrics", () => {
  test("are named in the type argument", async () => {
    const { history } = await fit<"mse" | "val_mse">(model, dataset, { ...options, validationData: dataset });
    assert.deepEqual([history.mse.length, history.val_mse.length], [1, 1]);
    // @ts-expect-error: "accuracy" is not among the names
    assert.equal(history.accuracy.length, 1);
    const logs = await evaluate<"accuracy" | "mse">(model, dataset);
    assert.ok(logs.mse > 0 && logs.accuracy >= 0);
  });

  test("can be any with string", async () => {
    const { history } = await fit<string>(model, dataset, { ...options, validationData: dataset });
    assert.equal(history.val_mse.length, 1);
  });
});

describe("histories of all kinds", () => {
  test("are accepted by the helpers that show them", async () => {
    const callback: Callback = { onEpochEnd: (_, { val_accuracy }) => assert.ok(val_accuracy >= 0) };
    const validated: History = await fit(model, dataset, {
      ...options,
      validationData: dataset,
      callbacks: [callback],
    });
    const plain: History<"accuracy"> = await fit(model, dataset, options);
    const own: History<"mse"> = { epoch: [0], history: { loss: [1], mse: [0.5] } };
    for (const history of [validated, plain, own]) {
      checkHistory(history);
      historyFigure(history);
      historyTable(history);
    }
    // @ts-expect-error: it has no validation
    const wrong: History = plain;
    assert.equal(wrong.history.val_loss, undefined);
    const logs: Logs = { loss: 1, accuracy: 0 };
    assert.equal(Object.keys(logs).length, 2);
  });
});
