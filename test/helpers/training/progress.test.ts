import assert from "node:assert/strict";
import { afterAll, afterEach, beforeAll, beforeEach, describe, test, vi } from "vitest";
import { setDisplaySink } from "../../../src/helpers/display";
import type { MimeBundle } from "../../../src/helpers/display/bundle";
import * as tf from "../../../src/helpers/tf";
import { evaluate, fit } from "../../../src/helpers/training";
import { timeLeft } from "../../../src/helpers/training/progress";
import { makeProblem, type Problem } from "./problem";

interface Shown {
  readonly bundle: MimeBundle;
  readonly id: string | undefined;
  readonly update: boolean;
}

let problem: Problem;
let shown: Shown[];
const sink = { display: (bundle: MimeBundle, id?: string, update = false) => void shown.push({ bundle, id, update }) };

beforeAll(() => tf.ready());
afterAll(() => setDisplaySink(undefined));
beforeEach(() => {
  problem = makeProblem();
  shown = [];
});
afterEach(() => problem.dispose());

describe("fit in a notebook", () => {
  test("shows one output and replaces it, from the first frame to the last", async () => {
    setDisplaySink(sink);
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const { history } = await fit(problem.model, problem.dataset, { epochs: 3, validationData: problem.dataset });
    assert.equal(log.mock.calls.length, 0);
    assert.ok(shown.length >= 2, `${shown.length} frames`);
    const [first, ...updates] = shown;
    assert.equal(first.update, false);
    assert.ok(first.id !== undefined && first.id !== "");
    for (const frame of updates) assert.deepEqual([frame.update, frame.id], [true, first.id]);
    for (const { bundle } of shown) assert.match(String(bundle["image/svg+xml"]), /^<svg [^]*<\/svg>$/);
    assert.match(first.bundle["text/plain"], /^epoch 1\/3 · batch 0\/4/);
    const last = shown[shown.length - 1].bundle["text/plain"];
    assert.match(
      last,
      /^3 epochs in .* · loss \d\.\d{4} · accuracy \d\.\d{4} · val_loss \d\.\d{4} · val_accuracy \d\.\d{4}$/,
    );
    assert.ok(last.includes(`loss ${history.loss[2].toFixed(4)}`));
  });

  test("learns the number of batches in the first epoch where the dataset doesn't know it", async () => {
    setDisplaySink(sink);
    const { xs, ys } = problem;
    const batches = tf.data.generator(function* () {
      for (let batch = 0; batch < 3; batch++) yield { xs: xs.clone(), ys: ys.clone() };
    });
    const lines = () => shown.map(({ bundle }) => bundle["text/plain"]);
    const knows = () => lines().some((line) => /^epoch \d+\/40 · batch [123]\/3 · .* to go/.test(line));
    // The slower the machine draws, the more batches pass between two frames.
    const onBatchEnd = async () => {
      await new Promise<void>((resolve) => setTimeout(resolve, 400));
      if (knows()) problem.model.stopTraining = true;
    };
    await fit(problem.model, batches, { epochs: 40, callbacks: [{ onBatchEnd }] });
    assert.match(lines()[0], /^epoch 1\/40 · batch 0 · /);
    assert.ok(knows(), lines().join("\n"));
    assert.match(lines().at(-1)!, /^\d+ epochs in /);
    assert.doesNotMatch(lines().join("\n"), /undefined|NaN/);
  });

  test("gives each of two runs its own output", async () => {
    setDisplaySink(sink);
    await fit(problem.model, problem.dataset, { epochs: 1 });
    await fit(problem.model, problem.dataset, { epochs: 1 });
    const made = shown.filter(({ update }) => !update);
    assert.equal(made.length, 2);
    assert.notEqual(made[0].id, made[1].id);
  });

  test("also shows the batches of a long epoch, with the time left and the loss so far", async () => {
    setDisplaySink(sink);
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 270));
    await fit(problem.model, problem.dataset, { epochs: 1, callbacks: [{ onBatchEnd: slow }] });
    const within = shown
      .map(({ bundle }) => bundle["text/plain"])
      .filter((text) => /^epoch 1\/1 · batch [123]\/4/.test(text));
    assert.ok(within.length >= 1 && within.length <= 2, "an update twice a second at most");
    assert.match(within[0], /, [\d.]+ s to go · loss \d\.\d{4} · accuracy \d\.\d{4}$/);
  });

  test("skips frames that would take more than a fiftieth of the time", async () => {
    let drawing = 0;
    setDisplaySink({
      display: (bundle, id, update) => {
        const until = performance.now() + 30;
        while (performance.now() < until);
        if (update) drawing += 30;
        sink.display(bundle, id, update);
      },
    });
    const start = performance.now();
    await fit(problem.model, problem.dataset, { epochs: 100 });
    const seconds = performance.now() - start;
    // A frame is due while the share is kept, so the last one before the end may pass it; that at the end is always
    // drawn.
    assert.ok(drawing <= 0.02 * seconds + 2 * 45, `${drawing} of ${Math.round(seconds)} ms`);
    assert.match(shown[shown.length - 1].bundle["text/plain"], /^100 epochs in /);
  });

  test("says at the end of a stopped run how far it got", async () => {
    setDisplaySink(sink);
    const stop = { onEpochEnd: () => void (problem.model.stopTraining = true) };
    await fit(problem.model, problem.dataset, { epochs: 5, callbacks: [stop] });
    assert.match(shown[shown.length - 1].bundle["text/plain"], /^1 epoch in /);
  });

  test("is silent with verbose 0, as evaluate always is", async () => {
    setDisplaySink(sink);
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    await fit(problem.model, problem.dataset, { epochs: 2, validationData: problem.dataset, verbose: 0 });
    await evaluate(problem.model, problem.dataset);
    assert.deepEqual([shown.length, log.mock.calls.length], [0, 0]);
  });
});

describe("the time left", () => {
  const pace = { batches: 100, epochs: 3, validatingSeconds: 0, finished: 0 };

  test("is that of the remaining batches, at the pace so far", () => {
    assert.equal(timeLeft({ ...pace, seconds: 5, done: 50 }), 25);
    assert.equal(timeLeft({ ...pace, seconds: 30, done: 300, finished: 3 }), 0);
  });

  test("includes the remaining validations, once there has been one", () => {
    // Two epochs of 10 s and 4 s of validation each, and half of the third: 5 s of batches and one validation are to
    // come.
    assert.equal(timeLeft({ ...pace, seconds: 33, validatingSeconds: 8, done: 250, finished: 2 }), 5 + 4);
  });
});

describe("fit in a terminal", () => {
  test("writes one line per epoch", async () => {
    setDisplaySink(undefined);
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const { history } = await fit(problem.model, problem.dataset, { epochs: 2, validationData: problem.dataset });
    const lines = log.mock.calls.map(([line]) => String(line));
    assert.equal(lines.length, 2);
    lines.forEach((line, epoch) => {
      const metrics = ["loss", "accuracy", "val_loss", "val_accuracy"].map(
        (name) => `${name} ${history[name as "loss"][epoch].toFixed(4)}`,
      );
      assert.match(line, new RegExp(`^Epoch ${epoch + 1}/2 · \\d+\\.\\d s · `));
      assert.ok(line.endsWith(metrics.join(" · ")), line);
    });
    log.mockRestore();
  });

  test("is silent with verbose 0", async () => {
    setDisplaySink(undefined);
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    await fit(problem.model, problem.dataset, { epochs: 2, verbose: 0 });
    assert.equal(log.mock.calls.length, 0);
  });
});
