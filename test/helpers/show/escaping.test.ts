/** Names come from people's files and data: none of them may become markup in an output. */
import assert from "node:assert/strict";
import * as aq from "arquero";
import { JSDOM } from "jsdom";
import { test } from "vitest";
import { JUPYTER_DISPLAY, type MimeBundle } from "../../../src/helpers/display";
import {
  convolutionAnimation,
  convolutionExplorer,
  poolingAnimation,
  poolingExplorer,
} from "../../../src/helpers/explorers";
import {
  barFigure,
  comparisonFigure,
  confusionMatrixFigure,
  histogramFigure,
  trainingView,
} from "../../../src/helpers/plots";
import { bundleOf } from "../../../src/helpers/show/bundle-of";
import { layerDiagram } from "../../../src/helpers/show/layer-diagram";
import {
  classificationReport,
  historyTable,
  layerTable,
  predictionTable,
  runsTable,
  tableView,
} from "../../../src/helpers/tables";
import * as tf from "../../../src/helpers/tf";

const EVIL = `<img src=x onerror="alert(1)"><script>alert(2)</script>"'&`;
const history = { epoch: [0], history: { [EVIL]: [0.5], loss: [0.5] } };
const counts = [
  [1, 0],
  [0, 1],
];
const labels = [EVIL, "b"];
const pixels = [
  [1, 2],
  [3, 4],
];

const outputs: Record<string, () => unknown> = {
  "a table's caption, columns, units and cells": () =>
    tableView(aq.table({ [EVIL]: [EVIL, { [EVIL]: EVIL }] }), { caption: EVIL, units: { [EVIL]: EVIL } }),
  "an arquero table": () => aq.table({ [EVIL]: [EVIL] }),
  "a history's table": () => historyTable(history, { caption: EVIL }),
  "a layer's name and type": () =>
    layerTable([{ layer: EVIL, type: EVIL, outputShape: EVIL, parameters: 1 }], { caption: EVIL }),
  "a report's classes": () => classificationReport(counts, { labels, caption: EVIL }),
  "predicted classes": () => predictionTable(counts, [0, 1], { classNames: labels, caption: EVIL }),
  "names of runs": () => runsTable({ [EVIL]: history }),
  "a model's name": () => tf.sequential({ name: EVIL, layers: [tf.layers.dense({ units: 1, inputShape: [1] })] }),
  "a convolution explorer's inputs": () => convolutionExplorer({ inputs: [{ name: EVIL, pixels }] }),
  "a pooling explorer's inputs": () => poolingExplorer({ inputs: [{ name: EVIL, pixels }] }),
  "an animation": () => convolutionAnimation({ input: pixels, kernel: [[1]] }),
  "a pooling's name": () => poolingAnimation({ input: pixels, poolSize: 2, operation: EVIL as "max pooling" }),
};

/** The elements and attributes of some markup that could run script, other than an explorer's own script. */
function runnable(markup: string): string[] {
  const { document } = new JSDOM(markup).window;
  return [...document.querySelectorAll("*")]
    .filter(
      (element) =>
        (element.localName === "script" && !element.previousElementSibling?.hasAttribute("data-cnn-explorer")) ||
        element.getAttributeNames().some((name) => name.startsWith("on")) ||
        (element.localName === "img" && !element.getAttribute("src")?.startsWith("data:")),
    )
    .map((element) => element.outerHTML);
}

for (const [what, make] of Object.entries(outputs)) {
  test(`${what} can't add script to an output`, async () => {
    const bundle: MimeBundle = await bundleOf(make());
    const markup = bundle["text/html"];
    assert.ok(typeof markup === "string");
    assert.deepEqual(runnable(markup), []);
  });
}

test("nor can a layer's type in the diagram of a model", () => {
  assert.deepEqual(runnable(layerDiagram([{ layer: EVIL, type: EVIL, outputShape: EVIL, parameters: 1 }])), []);
});

test("nor can a metric in the live display of a training run", async () => {
  const progress = { epoch: 1, epochs: 1, batch: 1, batches: 1, seconds: 1, history };
  const bundle = await trainingView(progress)[JUPYTER_DISPLAY]();
  assert.deepEqual(runnable(String(bundle["image/svg+xml"])), []);
});

test("nor can labels and names in figures, which Plotly would read as HTML", () => {
  const figures = [
    barFigure([1, 2], { labels }),
    comparisonFigure({ [EVIL]: history }, { metric: "loss" }),
    confusionMatrixFigure(counts, { labels }),
    histogramFigure({ [EVIL]: [1, 2], b: [2] }),
  ];
  for (const { data } of figures) {
    const text = JSON.stringify(data);
    assert.ok(text.includes("&lt;script&gt;"));
    assert.doesNotMatch(text, /<script>|<img/);
  }
});
