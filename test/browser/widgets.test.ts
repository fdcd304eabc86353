/// <reference lib="dom" />
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, test } from "vitest";
import { BUILD } from "../../src/shared/paths";
import { needs } from "../needs";
import { skipWithoutChromium } from "./chromium";
import { openLab, type Lab } from "./lab";

const FOLDER = path.join(BUILD, "widgets-browser");
const CELLS = [
  [
    'import { tf, widgets } from "cnn-helpers"',
    "const image = tf.range(0, 64).reshape<tf.Tensor3D>([8, 8, 1])",
    "await widgets.interact(",
    "  ({ size, padding }) => tf.tidy(() => tf.maxPool(image, size, 1, padding).squeeze<tf.Tensor2D>([2])),",
    '  { size: { min: 1, max: 4, value: 2 }, padding: ["same", "valid"] },',
    ")",
  ].join("\n"),
  [
    'const button = new widgets.Button({ description: "Count" })',
    'const label = new widgets.Label({ value: "0" })',
    "button.onClick(() => (label.value = String(Number(label.value) + 1)))",
    "new widgets.HBox({ children: [button, label] })",
  ].join("\n"),
  "label.value",
  [
    'import { addChannelAxis, buildModel, fit, fromTensorSlices, loadData, scale, toCategorical } from "cnn-helpers"',
    "const [[images, labels]] = await loadData()",
    "const few = 20_000",
    "const x = addChannelAxis(scale({ data: images.data.subarray(0, few * 784), shape: [few, 28, 28] }))",
    "const y = toCategorical({ data: labels.data.subarray(0, few), shape: [few] }, 10)",
    "const model = buildModel({ seed: 1 })",
    'model.compile({ optimizer: "adam", loss: "categorical_crossentropy", metrics: ["accuracy"] })',
    "await fit(model, fromTensorSlices([x, y]).batch(100), { epochs: 2, verbose: 0 })",
    "const pad = new widgets.DrawingPad({ predict: (image) => model.predict(image) as tf.Tensor })",
    "pad",
  ].join("\n"),
  [
    "await fit(model, fromTensorSlices([x, y]).batch(100), { epochs: 1000 });",
    "const [, accuracy] = model.evaluate(x, y) as tf.Scalar[]",
    "accuracy.dataSync()[0] > 0.9",
  ].join("\n"),
];
const TRAINING = CELLS.length - 1;

/** Strokes on the pad, from 0 to 280, as somebody might draw these digits. */
const DIGITS: Record<number, [x: number, y: number][]> = {
  0: Array.from({ length: 33 }, (_, step) => {
    const angle = (2 * Math.PI * step) / 32;
    return [140 - 50 * Math.sin(angle), 140 - 80 * Math.cos(angle)];
  }),
  1: [
    [150, 60],
    [140, 220],
  ],
  7: [
    [85, 70],
    [195, 70],
    [130, 220],
  ],
};

describe("widgets in JupyterLab", needs(skipWithoutChromium), () => {
  let lab: Lab;

  beforeAll(async () => {
    fs.rmSync(FOLDER, { recursive: true, force: true });
    fs.mkdirSync(FOLDER, { recursive: true });
    const cells = CELLS.map((source, index) => ({
      cell_type: "code",
      id: `cell-${index}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    }));
    const kernelspec = { name: "tslab", display_name: "TypeScript", language: "typescript" };
    const file = path.join(FOLDER, "widgets.ipynb");
    fs.writeFileSync(file, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }));
    lab = await openLab({ notebook: file });
    lab.page.setDefaultTimeout(30_000);
    for (let cell = 0; cell < TRAINING; cell++) await lab.runCell(cell);
  });
  afterAll(() => lab?.close());

  const interact = () => lab.page.locator(".widget-interact");
  const shows = (size: string) =>
    interact()
      .locator("pre", { hasText: `Tensor [${size}]` })
      .waitFor();

  test("moving a slider and choosing from a list change the result", async () => {
    await shows("8, 8");
    assert.equal(await interact().locator(".widget-readout").textContent(), "2");
    await interact().locator("select").selectOption("valid");
    await shows("7, 7");
    await interact().locator(".noUi-handle").press("ArrowRight");
    await shows("6, 6");
    assert.equal(await interact().locator(".widget-readout").textContent(), "3");
    await lab.screenshot("widgets-light");
  });

  test("a click calls TypeScript, which changes a label", async () => {
    for (const expected of ["1", "2"]) {
      await lab.page.getByRole("button", { name: "Count" }).click();
      await lab.page.locator(".widget-label", { hasText: new RegExp(`^${expected}$`) }).waitFor();
    }
    await lab.runCell(2);
    await lab.page.locator(".jp-OutputArea-executeResult", { hasText: "'2'" }).waitFor();
  });

  test("digits that are drawn are recognised", async () => {
    const { mouse } = lab.page;
    const ink = lab.page.locator(".cnn-ink");
    await ink.waitFor({ timeout: 120_000 });
    await ink.scrollIntoViewIfNeeded();
    for (const [digit, [first, ...others]] of Object.entries(DIGITS)) {
      const box = await ink.boundingBox();
      assert.ok(box);
      await mouse.move(box.x + first[0], box.y + first[1]);
      await mouse.down();
      for (const [x, y] of others) await mouse.move(box.x + x, box.y + y, { steps: 4 });
      await mouse.up();
      await lab.page.locator(".cnn-best b", { hasText: digit }).waitFor();
      await lab.screenshot(`drawing-${digit}`);
      await lab.page.getByRole("button", { name: "Clear" }).click();
      await lab.page.locator(".cnn-best").waitFor({ state: "detached" });
    }
  });

  test("the Stop button ends a training, which keeps its model and its last picture", async () => {
    const ran = lab.runCell(TRAINING);
    const cell = lab.page.locator(".jp-CodeCell").nth(TRAINING);
    // JupyterLab builds the outputs of what is in sight.
    await lab.page.locator(".jp-Notebook").first().hover();
    await lab.page.mouse.wheel(0, 10_000);
    await cell.locator("svg text", { hasText: /^epoch 2\/1000/ }).waitFor();
    await lab.screenshot("training-with-stop");
    await cell.getByRole("button", { name: "Stop" }).click();
    await ran;
    await cell.locator(".jp-OutputArea-executeResult", { hasText: "true" }).waitFor();
    assert.equal(await cell.getByRole("button", { name: /Stop/ }).count(), 0);
    assert.equal(await cell.locator(".jp-OutputArea-child").count(), 2);
    await lab.screenshot("training-stopped");
  });

  test("everything still works when the page is loaded again, in the dark theme", async () => {
    await lab.command("docmanager:save");
    await lab.page.reload();
    await interact().locator(".noUi-handle").waitFor();
    await lab.page.evaluate(async () => {
      const { jupyterapp } = window as unknown as {
        jupyterapp: { commands: { execute(id: string, a: object): unknown } };
      };
      await jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Dark" });
    });
    assert.equal(await interact().locator(".widget-readout").textContent(), "3");
    await interact().locator(".noUi-handle").press("ArrowRight");
    await shows("5, 5");
    await lab.screenshot("widgets-dark");
  });

  test("a cell that runs again leaves one set of controls", async () => {
    await lab.runCell(0);
    await shows("8, 8");
    assert.equal(await interact().count(), 1);
    assert.equal(await interact().locator(".widget-readout").textContent(), "2");
  });
});
