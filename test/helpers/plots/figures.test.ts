import assert from "node:assert/strict";
import { test } from "vitest";
import {
  barFigure,
  comparisonFigure,
  confusionMatrixFigure,
  heatmapFigure,
  histogramFigure,
  historyFigure,
  parallelCoordinatesFigure,
  probabilityFigure,
} from "../../../src/helpers/plots";
import * as plots from "../../../src/helpers/plots";
import { figureBundle } from "../../../src/helpers/render/plotly/figure-bundle";
import { assertAllDrawn, assertMatchesPicture } from "../reference";
import { counts, figures, history } from "./samples";

for (const name of Object.keys(figures)) {
  test(`the picture of the figure ${name} matches its reference`, async () => {
    const png = Buffer.from(String(figureBundle(figures[name]())["image/png"]), "base64");
    assert.ok(png.length < 30_000, `${png.length} bytes`);
    await assertMatchesPicture(png, __dirname, name);
  });
}

test("every figure has a reference picture", () => {
  // The view of a running training is in training-view.test.ts.
  assertAllDrawn(plots, figures, ["trainingView"]);
});

test("historyFigure draws each metric in a subplot, with training and validation in it", () => {
  const { data, layout } = historyFigure(history);
  assert.deepEqual(
    data.map(({ name, xaxis, y }) => ({ name, xaxis, y })),
    [
      { name: "training", xaxis: "x", y: history.history["loss"] },
      { name: "validation", xaxis: "x", y: history.history["val_loss"] },
      { name: "training", xaxis: "x2", y: history.history["accuracy"] },
      { name: "validation", xaxis: "x2", y: history.history["val_accuracy"] },
    ],
  );
  assert.deepEqual(data[0].x, [1, 2, 3, 4], "epochs count from 1, as the progress display does");
  assert.equal((layout.yaxis2?.title as { text: string }).text, "accuracy");
  assert.deepEqual(
    data.map(({ showlegend }) => showlegend),
    [true, true, false, false],
    "each legend entry once",
  );
});

test("historyFigure shows validation in the legend, even if only a later metric has it", () => {
  const { data } = historyFigure({ epoch: [0], history: { loss: [1], accuracy: [0.5], val_accuracy: [0.4] } });
  assert.deepEqual(
    data.filter(({ showlegend }) => showlegend).map(({ name }) => name),
    ["training", "validation"],
  );
});

test("historyFigure draws any metric, or only the requested ones", () => {
  const more = { epoch: [0], history: { loss: [1], accuracy: [0.5], learningRate: [0.001] } };
  assert.equal(historyFigure(more).data.length, 3);
  const { data, layout } = historyFigure(more, { metrics: ["learningRate"] });
  assert.deepEqual(
    data.map(({ y }) => y),
    [[0.001]],
  );
  assert.equal((layout.yaxis?.title as { text: string }).text, "learningRate");
});

test("historyFigure rejects a history that it can't draw", () => {
  assert.throws(() => historyFigure({ epoch: [], history: {} }), /history is empty.*Train first/);
  assert.throws(
    () => historyFigure({ epoch: [0, 1], history: { loss: [1] } }),
    /expected 2 values of "loss", one per epoch, found 1/,
  );
  assert.throws(
    () => historyFigure(history, { metrics: ["acc"] }),
    /expected a metric of the history \(loss, accuracy.*found "acc"/,
  );
  assert.throws(() => historyFigure(history, { metrics: [] }), /at least one metric/);
});

test("confusionMatrixFigure shows counts, or percentages of each row", () => {
  assert.deepEqual(confusionMatrixFigure(counts).data[0].z, counts);
  const { z } = confusionMatrixFigure(
    [
      [3, 1],
      [0, 0],
    ],
    { normalize: true },
  ).data[0];
  assert.deepEqual(
    z,
    [
      [75, 25],
      [NaN, NaN],
    ],
    "a class without examples has no percentages",
  );
});

test("confusionMatrixFigure puts true classes in rows, the first at the top", () => {
  const { data, layout } = confusionMatrixFigure(counts, { labels: ["a", "b", "c"] });
  assert.deepEqual(data[0].y, ["a", "b", "c"]);
  assert.equal(layout.yaxis?.autorange, "reversed");
  assert.equal((layout.yaxis?.title as { text: string }).text, "true");
});

test("confusionMatrixFigure rejects anything that isn't a confusion matrix", () => {
  assert.throws(() => confusionMatrixFigure([]), /at least one row/);
  assert.throws(() => confusionMatrixFigure([[1, 2]]), /square matrix.*1 × 2/);
  assert.throws(() => confusionMatrixFigure([[1, 2], [3]]), /rows of 2 numbers, found 1 in row 1/);
  assert.throws(
    () =>
      confusionMatrixFigure([
        [1, -2],
        [3, 4],
      ]),
    /whole counts of at least 0, found -2 at \[0\]\[1\]/,
  );
  assert.throws(() => confusionMatrixFigure([[0.5]]), /whole counts/);
  assert.throws(() => confusionMatrixFigure(counts, { labels: ["a"] }), /expected 3 labels, found 1/);
});

test("heatmapFigure writes numbers into its cells, and has a diverging scale if a value is negative", () => {
  const trace = (matrix: number[][]) =>
    heatmapFigure(matrix).data[0] as { texttemplate?: string; zmin?: number; zmax?: number };
  const whole = trace([
    [1, 2],
    [3, 4],
  ]);
  assert.deepEqual([whole.texttemplate, whole.zmin, whole.zmax], ["%{z:.0f}", 0, 4]);
  const signed = trace([[0.25, -3]]);
  assert.deepEqual([signed.texttemplate, signed.zmin, signed.zmax], ["%{z:.2f}", -3, 3]);
});

test("heatmapFigure draws a matrix of zeros", () => {
  assert.ok(
    figureBundle(
      heatmapFigure([
        [0, 0],
        [0, 0],
      ]),
    )["image/png"],
  );
});

test("barFigure labels its bars", () => {
  const { data } = barFigure([0.5, 1], { labels: ["<b>a", "b&c"] });
  assert.deepEqual(data[0].x, ["&lt;b&gt;a", "b&amp;c"], "Plotly reads tags: names from data are escaped");
  assert.deepEqual(data[0].text, ["0.500", "1.000"]);
  assert.throws(() => barFigure([]), /at least one value/);
  assert.throws(() => barFigure([1], { labels: ["a", "b"] }), /expected 1 labels, found 2/);
});

test("an impossible number of decimal places is rejected", () => {
  assert.throws(
    () => barFigure([1], { digits: -1 }),
    /barFigure: digits: expected a whole number from 0 to 20, found -1/,
  );
  assert.throws(() => heatmapFigure([[1]], { digits: 1.5 }), /heatmapFigure: digits: expected .* found 1.5/);
});

test("probabilityFigure colours the prediction by whether it is correct", () => {
  const colors = (trueLabel?: number): unknown => probabilityFigure([0.1, 0.9], { trueLabel }).data[0].marker?.color;
  const [right, wrong, unknown] = [colors(1), colors(0), colors()] as string[][];
  assert.equal(new Set([right[1], wrong[1], unknown[1]]).size, 3);
  assert.equal(right[0], wrong[0]);
});

test("probabilityFigure rejects logits and unknown classes", () => {
  assert.throws(() => probabilityFigure([2.5, -1]), /from 0 to 1, found 2.5 for class 0.*not logits/);
  assert.throws(() => probabilityFigure([0.5, NaN]), /found NaN for class 1/);
  assert.throws(
    () => probabilityFigure([0.5, 0.5], { trueLabel: 2 }),
    /trueLabel: expected a whole number from 0 to 1, found 2/,
  );
  assert.throws(() => probabilityFigure([]), /at least one/);
  assert.throws(
    () => probabilityFigure([0.5, 0.5], { labels: ["a"] }),
    /probabilityFigure: labels: expected 2 labels, found 1/,
  );
});

test("histogramFigure counts every finite value once, and says how many aren't finite", () => {
  const { data, layout } = histogramFigure(new Float32Array([0, 0.5, 1, 1, NaN, Infinity]), {
    bins: 2,
    title: "Weights",
  });
  assert.deepEqual(data[0].y, [1, 3]);
  assert.deepEqual(data[0].x, [0.25, 0.75]);
  assert.match((layout.title as { text: string }).text, /^Weights<br>.*2 of 6 values aren't finite/);
});

test("histogramFigure gives several series the same bins", () => {
  const { data } = histogramFigure({ first: [0, 1], second: [9, 10] }, { bins: 10 });
  assert.deepEqual(data[0].x, data[1].x);
  assert.deepEqual(
    data.map(({ name }) => name),
    ["first", "second"],
  );
});

test("histogramFigure draws equal values, and rejects an empty list", () => {
  assert.deepEqual(histogramFigure([3, 3], { bins: 1 }).data[0].y, [2]);
  assert.throws(() => histogramFigure([NaN]), /at least one finite value/);
  assert.throws(() => histogramFigure({}), /at least one finite value/);
  assert.throws(
    () => histogramFigure(null as unknown as number[]),
    /expected a tensor, \{data, shape\} or arrays of numbers, found null/,
  );
  assert.throws(() => histogramFigure([1], { bins: 0 }), /bins: expected a whole number/);
});

test("comparisonFigure draws one metric of each run", () => {
  const runs = { "lr <0.1>": history, slow: { epoch: [0], history: { loss: [0.9] } } };
  const { data, layout } = comparisonFigure(runs);
  assert.deepEqual(
    data.map(({ name, y }) => [name, y]),
    [
      ["lr &lt;0.1&gt;", history.history["loss"]],
      ["slow", [0.9]],
    ],
  );
  assert.equal((layout.yaxis?.title as { text: string }).text, "loss", "not all runs have val_accuracy");
  assert.throws(() => comparisonFigure({}), /at least one run/);
  assert.throws(
    () => comparisonFigure(runs, { metric: "accuracy" }),
    /expected a metric of run "slow" \(loss.*found "accuracy"/,
  );
  assert.throws(() => comparisonFigure({ empty: { epoch: [], history: {} } }), /history is empty/);
});

test("parallelCoordinatesFigure needs two axes, and a run with a value for each", () => {
  const runs = [{ filters: 4, loss: 0.5 }, { filters: 8 }, { filters: 16, loss: NaN }];
  const { data, layout } = parallelCoordinatesFigure(runs, { axes: ["filters", "loss"] });
  assert.equal(data.length, 1);
  assert.match(JSON.stringify(layout.title), /left out for lack of a value: 2 of 3 runs/);
  assert.throws(() => parallelCoordinatesFigure(runs, { axes: ["loss"] }), /at least two axes, found 1/);
  assert.throws(() => parallelCoordinatesFigure(runs, { axes: ["filters", "accuracy"] }), /found none among 3/);
});
