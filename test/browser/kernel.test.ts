import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { OWN_KERNEL, projectKernelspec } from "../../src/setup/jupyter/kernelspec";
import { BUILD } from "../../src/shared/paths";
import { openLab, type Lab } from "./lab";

const FOLDER = path.join(BUILD, "kernel-browser");
const KERNEL = "typescript-kernel";
const INTERRUPTS = {
  "a loop": "console.log('begun'); while (true) {}",
  "a loop after an await": "console.log('begun'); await null; while (true) {}",
  "a loop in a timer": "console.log('begun'); await new Promise(() => setTimeout(() => { while (true) {} }, 10))",
  "a pending await": "console.log('begun'); await new Promise(() => {})",
  "an async loop that prints":
    "console.log('begun'); for (;;) { await new Promise((r) => setTimeout(r, 20)); console.log('still') }",
  "a running fit": [
    "import * as tf from '@tensorflow/tfjs'",
    "const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] })",
    "model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' })",
    "const onBatchEnd = (batch: number) => { if (batch === 3) console.log('begun') }",
    "const [x, y] = [tf.ones([64, 4]), tf.ones([64, 1])]",
    "const often = { batchSize: 8, yieldEvery: 'batch', callbacks: { onBatchEnd } } as const",
    "await model.fit(x, y, { epochs: 1e6, verbose: 0, ...often })",
  ].join("\n"),
  "a question": "console.log('begun'); prompt('Nobody answers? ')",
  "a blocking child process":
    "import { execSync } from 'node:child_process'\nconsole.log('begun'); execSync('sleep 1000')",
};
const CELLS = [
  "let runs = 1\nruns * 42",
  "throw new RangeError('red')",
  "const name = prompt('Name? ')\n'Hello, ' + name",
  "Math.",
  ...Object.values(INTERRUPTS),
];
const [RESULT, ERROR, QUESTION, CODE, FIRST_INTERRUPT] = [0, 1, 2, 3, 4];

let lab: Lab;

beforeAll(async () => {
  fs.rmSync(FOLDER, { recursive: true, force: true });
  const specs = path.join(FOLDER, "jupyter", "kernels", KERNEL);
  const books = path.join(FOLDER, "books");
  for (const folder of [specs, books]) fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(specs, "kernel.json"), JSON.stringify(projectKernelspec(OWN_KERNEL, "TypeScript kernel")));
  const cells = CELLS.map((source, index) => ({
    cell_type: "code",
    id: `cell-${index}`,
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
  const metadata = { kernelspec: { name: KERNEL, display_name: "TypeScript kernel", language: "typescript" } };
  const notebook = path.join(books, "kernel.ipynb");
  fs.writeFileSync(notebook, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }));
  lab = await openLab({
    notebook,
    env: { JUPYTER_PATH: path.join(FOLDER, "jupyter"), JUPYTER_DATA_DIR: path.join(FOLDER, "data") },
  });
});

afterAll(async () => {
  await lab?.close();
  fs.rmSync(FOLDER, { recursive: true, force: true });
});

/** The outputs of one cell, as text. */
async function outputOf(index: number): Promise<string> {
  const { cells } = await lab.notebook();
  return JSON.stringify(cells[index].outputs);
}

async function eventually(what: string, isTrue: () => Promise<boolean>, milliseconds = 15_000): Promise<void> {
  for (const end = Date.now() + milliseconds; !(await isTrue());) {
    assert.ok(Date.now() < end, `waited ${milliseconds} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("a cell's result and a cell's error are shown", async () => {
  await lab.runCell(RESULT);
  assert.match(await outputOf(RESULT), /"execute_result".*"42"/);
  await lab.runCell(ERROR);
  await lab.waitUntilIdle();
  assert.match(await outputOf(ERROR), /"ename":"RangeError".*\^/);
  // JupyterLab draws the traceback's colours.
  assert.ok(await lab.page.locator(".jp-OutputArea-output .ansi-red-fg").first().isVisible());
  await lab.screenshot("kernel-error");
});

for (const [index, kind] of Object.keys(INTERRUPTS).entries()) {
  test(`${kind} can be interrupted`, async () => {
    const cell = FIRST_INTERRUPT + index;
    const running = lab.runCell(cell);
    await eventually("the cell to begin", async () => (await outputOf(cell)).includes("begun"));
    await lab.command("notebook:interrupt-kernel");
    await running;
    await lab.waitUntilIdle(10_000);
    const stopped = await outputOf(cell);
    assert.match(stopped, /"ename":"Interrupted"/);
    await lab.runCell(RESULT);
    assert.match(await outputOf(RESULT), /"42"/);
    assert.equal(await outputOf(cell), stopped, "the interrupted cell goes on printing");
  });
}

test("an input box asks and answers", async () => {
  const running = lab.runCell(QUESTION);
  // The box of an input that was interrupted before stays on the page.
  const box = lab.page.locator(".jp-CodeCell").nth(QUESTION).locator(".jp-Stdin-input");
  await box.waitFor();
  await lab.screenshot("kernel-input");
  await box.fill("Ada");
  await box.press("Enter");
  await running;
  assert.match(await outputOf(QUESTION), /Hello, Ada/);
});

test("Tab completes and Shift+Tab explains", async () => {
  const editor = lab.page.locator(".jp-CodeCell").nth(CODE).locator(".cm-content");
  const completer = lab.page.locator(".jp-Completer:not(.lm-mod-hidden)");
  await editor.click();
  await lab.page.keyboard.press("End");
  // JupyterLab waits a second for an answer, and an answer to an earlier Tab that comes late closes the list again.
  await eventually("the matches", async () => {
    await lab.page.keyboard.press("Tab");
    const shown = await completer.innerText({ timeout: 2000 }).catch(() => "");
    return /abs[^]*hypot/.test(shown);
  });
  await lab.screenshot("kernel-completion");
  // Each time from the beginning: an answer that comes late opens the list again.
  await eventually("the completion", async () => {
    await editor.click();
    await lab.page.keyboard.press("ControlOrMeta+A");
    await lab.page.keyboard.type("Math.hyp");
    await lab.page.keyboard.press("Tab"); // The only match is taken at once, or shown in a list.
    return eventually(
      "the only match",
      async () => {
        if ((await editor.innerText()).trim() === "Math.hypot") return true;
        const matches = await completer.locator(".jp-Completer-match").allInnerTexts();
        if (matches.length === 1) await lab.page.keyboard.press("Enter");
        return false;
      },
      2000,
    ).then(
      () => true,
      () => false,
    );
  });

  const tooltip = lab.page.locator(".jp-Tooltip");
  await eventually("the help", async () => {
    await lab.page.keyboard.press("Shift+Tab");
    return tooltip.waitFor({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
  });
  // JupyterLab shows the box first and draws its text then.
  await eventually("the help's text", async () =>
    /hypot\(\.\.\.values: number\[\]\): number/.test(await tooltip.innerText()),
  );
  await lab.screenshot("kernel-help");
  await lab.page.keyboard.press("Escape");
});

test("Restart and Run All works", async () => {
  const before = await lab.page.locator(".jp-CodeCell .jp-InputArea-prompt").first().innerText();
  assert.doesNotMatch(before, /\[1\]/);
  void lab.command("runmenu:restart-and-run-all");
  await lab.page.locator(".jp-Dialog button.jp-mod-accept").click();
  // The second cell fails, so that those behind it are not run.
  await eventually(
    "the first cell to run",
    async () => /"execution_count":1,.*"42"/.test(await outputOf(RESULT)),
    30_000,
  );
  await eventually("the error", async () => (await outputOf(ERROR)).includes("RangeError"), 30_000);
  await lab.waitUntilIdle();
});
