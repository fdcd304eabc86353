import assert from "node:assert/strict";
import { test } from "vitest";
import { JUPYTER_DISPLAY, type MimeBundle } from "../../../src/helpers/display";
import { trainingView, type TrainingProgress } from "../../../src/helpers/plots";
import { svgToPng } from "../../../src/helpers/render/rasterize";
import { assertMatchesPicture } from "../reference";
import { history } from "./samples";

const running: TrainingProgress = {
  epoch: 2,
  epochs: 3,
  batch: 150,
  batches: 600,
  seconds: 12.4,
  eta: 185,
  history: { epoch: [0], history: { loss: [0.3], accuracy: [0.9], val_loss: [0.2], val_accuracy: [0.94] } },
  lossSoFar: 0.2,
  accuracySoFar: 0.93,
  trail: [
    { epoch: 0.25, loss: 1.1, accuracy: 0.6 },
    { epoch: 0.6, loss: 0.5, accuracy: 0.8 },
  ],
};
const done: TrainingProgress = { epoch: 4, epochs: 4, batch: 600, batches: 600, seconds: 61, eta: 0, history };

function bundle(progress: TrainingProgress): MimeBundle & { "image/svg+xml": string } {
  return trainingView(progress)[JUPYTER_DISPLAY]() as MimeBundle & { "image/svg+xml": string };
}

test("a running training shows epoch, batch, time left and the latest metrics", () => {
  assert.equal(
    bundle(running)["text/plain"],
    "epoch 2/3 · batch 150/600 · 12 s, 3 min 05 s to go · loss 0.2000 · accuracy 0.9300",
  );
});

test("a finished training shows how long it took and how it ended", () => {
  assert.equal(
    bundle(done)["text/plain"],
    "4 epochs in 1 min 01 s · loss 0.0500 · accuracy 0.9840 · val_loss 0.0700 · val_accuracy 0.9790",
  );
});

test("between two epochs, a training shows how the last one ended", () => {
  const between = { ...running, epoch: 1, batch: 600, lossSoFar: undefined, accuracySoFar: undefined };
  assert.match(
    bundle(between)["text/plain"],
    /^epoch 1\/3 · batch 600\/600 · .* · loss 0.3000 · accuracy 0.9000 · val_loss 0.2000 · val_accuracy 0.9400$/,
  );
});

test("at the end of an epoch there is a PNG too, for notebooks that aren't trusted yet", () => {
  assert.equal(bundle(running)["image/png"], undefined);
  assert.equal(typeof bundle(done)["image/png"], "string");
  assert.equal(typeof bundle({ ...done, epochs: 10 })["image/png"], "string", "a training may end early");
});

test("the bar is as long as the share of batches done", () => {
  const widths = (progress: TrainingProgress): number[] =>
    [...bundle(progress)["image/svg+xml"].matchAll(/<rect x="12" y="30" width="([\d.]+)"/g)].map(([, width]) =>
      Number(width),
    );
  const [whole, part] = widths(running);
  assert.ok(Math.abs(part / whole - (1 + 150 / 600) / 3) < 0.001, `${part} of ${whole}`);
  assert.equal(widths(done)[1], whole);
});

test("curves have a dot for each finished epoch, and a hollow one where the running epoch stands", () => {
  const circles = (progress: TrainingProgress): number =>
    bundle(progress)["image/svg+xml"].match(/<circle/g)?.length ?? 0;
  assert.equal(circles(running), 2 * (1 + 1 + 1), "two charts: training, validation, running");
  assert.equal(circles(done), 2 * (4 + 4));
});

test("the pictures of a running and a finished training match their references", async () => {
  await assertMatchesPicture(svgToPng(bundle(running)["image/svg+xml"]), __dirname, "training-running");
  await assertMatchesPicture(svgToPng(bundle(done)["image/svg+xml"]), __dirname, "training-done");
});

test("nothing broken is drawn before the first batch, with one epoch, or with a loss that is NaN", () => {
  const none = { epoch: [], history: {} };
  const cases: TrainingProgress[] = [
    { epoch: 1, epochs: 3, batch: 0, batches: 600, seconds: 0, history: none },
    { epoch: 1, epochs: 1, batch: 0, batches: 0, seconds: 0, eta: NaN, history: none },
    { ...running, lossSoFar: NaN, history: { epoch: [0], history: { loss: [Infinity], accuracy: [0.1] } } },
    {
      ...running,
      history: { epoch: [0], history: { loss: [0], accuracy: [1] } },
      lossSoFar: 0,
      accuracySoFar: 1,
      trail: [],
    },
  ];
  for (const progress of cases) {
    const svg = bundle(progress)["image/svg+xml"];
    assert.doesNotMatch(svg, /="[^"]*(NaN|Infinity|undefined)/);
    assert.ok(svgToPng(svg).length > 500);
  }
});

test("a hundred epochs with many updates stay a small output", () => {
  const epochs = Array.from({ length: 100 }, (_, index) => index);
  const long: TrainingProgress = {
    ...done,
    epoch: 100,
    epochs: 100,
    history: {
      epoch: epochs,
      history: { loss: epochs.map((epoch) => 1 / (1 + epoch)), accuracy: epochs.map((epoch) => 1 - 1 / (2 + epoch)) },
    },
    trail: Array.from({ length: 6000 }, (_, index) => ({ epoch: index / 60, loss: 1, accuracy: 0.5 })),
  };
  assert.ok(bundle(long)["image/svg+xml"].length < 20_000);
});

test("more metrics than fit above the bar are left out of the picture, and small rates keep their digits", () => {
  const metrics = ["learning_rate", "precision", "recall", "f1_score", "auc", "top_k_categorical_accuracy"];
  const many = Object.fromEntries(metrics.map((name) => [name, [0.00001, 0.00001, 0.00001, 0.00001]]));
  const { "image/svg+xml": svg, "text/plain": line } = bundle({
    ...done,
    history: { ...history, history: { ...history.history, ...many } },
  });
  assert.match(String(line), /learning_rate 0\.00001 · precision/);
  assert.match(svg, /val_accuracy 0\.9790 · …</);
});
