/// <reference lib="dom" />
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, test } from "vitest";
import { BUILD } from "../../src/shared/paths";
import { needs } from "../needs";
import { skipWithoutChromium } from "./chromium";
import { openLab, type Lab } from "./lab";

const FOLDER = path.join(BUILD, "debugger-browser");
const HELPER = `import * as tf from "@tensorflow/tfjs";

/** The mean of an image's pixels. */
export function brightness(image: tf.Tensor): number {
  const mean = image.mean();
  let [value] = mean.dataSync();
  return value;
}
`;
const CELLS = [
  'import { tf } from "cnn-helpers"\nimport { brightness } from "./brightness"',
  [
    "const image = tf.tensor2d([[1, 2], [3, 4]])",
    "let factor: number = 2",
    "const scaled = image.mul(factor)",
    "scaled.dataSync().join()",
  ].join("\n"),
  "brightness(image)",
];
/** A stop, a step and what they show take a fraction of that. */
const TIMEOUT = 20_000;

describe("the debugger in JupyterLab", needs(skipWithoutChromium), () => {
  let lab: Lab;

  beforeAll(async () => {
    fs.rmSync(FOLDER, { recursive: true, force: true });
    fs.mkdirSync(FOLDER, { recursive: true });
    fs.writeFileSync(path.join(FOLDER, "brightness.ts"), HELPER);
    const cells = CELLS.map((source, index) => ({
      cell_type: "code",
      id: `cell-${index}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    }));
    const kernelspec = { name: "tslab", display_name: "TypeScript", language: "typescript" };
    const notebook = { cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 };
    const file = path.join(FOLDER, "debugger.ipynb");
    fs.writeFileSync(file, JSON.stringify(notebook));
    lab = await openLab({ notebook: file });
    lab.page.setDefaultTimeout(TIMEOUT);
    await lab.runCell(0);
    await lab.waitUntilIdle();
    await lab.page.locator('.jp-DebuggerBugButton[aria-disabled="false"]').click();
    await lab.page.locator('.jp-DebuggerBugButton[aria-pressed="true"]').waitFor();
  });
  afterAll(() => lab?.close());
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await lab.screenshot(`debugger failed ${task.name}`);
  });

  const cell = (index: number): Locator => lab.page.locator(".jp-Notebook .jp-Cell").nth(index);
  /** Clicks beside a line; the first element of the gutter only keeps its width. */
  const clickGutter = async (editor: Locator, line: number): Promise<void> => {
    const place = editor.locator(".cm-breakpoint-gutter .cm-gutterElement").nth(line);
    await place.click();
    await place.locator(".cm-breakpoint-icon").waitFor();
  };
  const highlighted = (editor: Locator, text: string): Promise<void> =>
    editor.locator(".jp-DebuggerEditor-highlight", { hasText: text }).waitFor();
  /** Clicks a button above the call stack. */
  const press = (button: "continue" | "step-over" | "evaluate"): Promise<void> =>
    lab.page.locator(`.jp-Toolbar-item[data-jp-item-name="${button}"] jp-button`).click();
  const variable = (name: string, value: string): Promise<void> =>
    lab.page
      .locator(".jp-DebuggerVariables-body .jp-TreeItem")
      .filter({ has: lab.page.locator(".jp-DebuggerVariables-name", { hasText: new RegExp(`^${name}$`) }) })
      .locator(".jp-DebuggerVariables-detail", { hasText: value })
      .first()
      .waitFor();
  const tab = (name: string): Locator => lab.page.locator("#jp-main-dock-panel .lm-TabBar-tab", { hasText: name });
  /** Runs code in the console that belongs to the stopped program. */
  const evaluate = async (code: string): Promise<void> => {
    await press("evaluate");
    const prompt = lab.page.locator(".jp-CodeConsole-promptCell .cm-content");
    await prompt.fill(code);
    await prompt.press("Shift+Enter");
  };
  const resultOf = async (index: number): Promise<string> => {
    await lab.waitUntilIdle();
    const [output] = (await lab.notebook()).cells[index].outputs ?? [];
    return String(output?.data?.["text/plain"]);
  };

  test("a click beside a line stops the cell there; a step, a tensor, a changed variable", async () => {
    await clickGutter(cell(1), 2);
    const ran = lab.runCell(1); // Settles when the cell is done.
    await highlighted(cell(1), "let factor");
    await variable("image", "Tensor [2, 2] float32: 1, 2, 3, 4");
    await press("step-over");
    await highlighted(cell(1), "const scaled");
    await variable("factor", "2");
    await evaluate("factor = 10");
    await variable("factor", "10");
    await lab.screenshot("debugger cell");
    await tab("Console").locator(".lm-TabBar-tabCloseIcon").click();
    await tab("debugger.ipynb").click();
    await press("continue");
    await ran;
    assert.equal(await resultOf(1), "'10,20,30,40'");
  });

  test("the same in a file that a cell imports", async () => {
    await lab.page.locator("jp-search.jp-Debugger-KernelSources-Filter input").fill("brightness");
    await lab.page.locator('.jp-DebuggerKernelSource-source[title$="brightness.ts"]').click();
    const source = lab.page.locator(".jp-MainAreaWidget .cm-editor", { hasText: "The mean of an image" });
    await clickGutter(source, 6);
    await tab("debugger.ipynb").click();
    const ran = lab.runCell(2);
    await highlighted(source, "let [value]");
    await variable("mean", "Tensor [] float32: 2.5");
    await press("step-over");
    await highlighted(source, "return value");
    await variable("value", "2.5");
    await evaluate("value = 7");
    await variable("value", "7");
    await lab.screenshot("debugger file");
    await press("continue");
    await ran;
    await tab("debugger.ipynb").click();
    assert.equal(await resultOf(2), "7");
  });
});
