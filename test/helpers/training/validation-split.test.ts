import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "vitest";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import * as tf from "../../../src/helpers/tf";
import { evaluate, fit } from "../../../src/helpers/training";
import { makeProblem, type Problem } from "./problem";

const silent = { verbose: 0 } as const;

let problem: Problem;
beforeEach(() => {
  problem = makeProblem();
});
afterEach(() => problem.dispose());

describe("validationSplit", () => {
  test("keeps the last examples for the validation, before shuffling", async () => {
    const { model, xs, ys } = problem;
    const other = makeProblem();
    const [firstXs, firstYs] = [xs.slice([0], [40]), ys.slice([0], [40])];
    const [lastXs, lastYs] = [xs.slice([40]), ys.slice([40])];
    const whole = fromTensorSlices([xs, ys]).shuffle(50, { seed: 4 }).batch(8);
    const first = fromTensorSlices([firstXs, firstYs]).shuffle(50, { seed: 4 }).batch(8);
    const last = fromTensorSlices([lastXs, lastYs]).batch(8);
    // Two fits: the second one goes on with the dataset's next orders.
    for (const epochs of [3, 2]) {
      const ours = await fit(model, whole, { epochs, validationSplit: 0.2, ...silent });
      const theirs = await fit(other.model, first, { epochs, validationData: last, ...silent });
      assert.deepEqual(ours.history, theirs.history);
    }
    assert.equal((await evaluate(model, last)).loss, (await evaluate(other.model, last)).loss);
    other.dispose();
    tf.dispose([firstXs, firstYs, lastXs, lastYs]);
  });

  test("leaves the dataset as it is, and copies nothing", async () => {
    const { model, xs, ys } = problem;
    const dataset = fromTensorSlices([xs, ys]).batch(8);
    const { numBytes } = tf.memory();
    const [training, validation] = dataset.split(0.1);
    assert.equal(tf.memory().numBytes, numBytes);
    assert.deepEqual([training.exampleCount, training.size], [45, 6]);
    assert.deepEqual([validation.exampleCount, validation.size], [5, 1]);
    await fit(model, dataset, { epochs: 1, validationSplit: 0.1, ...silent });
    assert.deepEqual([dataset.exampleCount, dataset.size], [50, 7]);
    const rows = [...training.indices(), ...validation.indices()].flatMap((batch) => [...batch]);
    assert.deepEqual(
      rows,
      Array.from({ length: 50 }, (_, row) => row),
    );
  });

  test("ends where Keras's does: at the floor of count times one minus the fraction", () => {
    for (const [fraction, kept] of [
      [0.1, 45],
      [0.25, 37],
      [0.99, 0],
    ] as const) {
      const { xs, ys } = problem;
      const dataset = fromTensorSlices([xs, ys]).batch(8);
      if (kept === 0) assert.throws(() => dataset.split(fraction), /split: expected a part of 50 examples/);
      else assert.equal(dataset.split(fraction)[0].exampleCount, kept);
    }
  });

  test("has its series in the history's type", async () => {
    const { model, dataset } = problem;
    const { history } = await fit(model, dataset, { epochs: 1, validationSplit: 0.5, ...silent });
    const last: number | undefined = history.val_accuracy.at(-1);
    assert.ok(last !== undefined && last >= 0 && last <= 1);
    const without = await fit(model, dataset, { epochs: 1, ...silent });
    // @ts-expect-error without validation there is no such series
    assert.equal(without.history.val_accuracy, undefined);
  });

  test("that can't be is an error", async () => {
    const { model, xs, ys, dataset } = problem;
    for (const validationSplit of [0, 1, -0.1, 1.5, NaN, "0.1" as never]) {
      await assert.rejects(
        fit(model, dataset, { epochs: 1, validationSplit, ...silent }),
        /^UsageError: fit: validationSplit: expected a number above 0 and below 1, found/,
      );
    }
    await assert.rejects(
      fit(model, dataset, { epochs: 1, validationSplit: 0.1, validationData: dataset, ...silent }),
      /^UsageError: fit: expected validationData or validationSplit, found both/,
    );
    const generated = tf.data.generator(function* () {
      yield { xs: xs.clone(), ys: ys.clone() };
    });
    await assert.rejects(
      fit(model, generated, { epochs: 1, validationSplit: 0.1, ...silent }),
      /^UsageError: fit: validationSplit: expected a dataset of fromTensorSlices/,
    );
  });
});
