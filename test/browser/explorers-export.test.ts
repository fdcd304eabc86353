/// <reference lib="dom" />
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, test } from "vitest";
import { conv2d, KERNELS } from "../../src/helpers/convolution";
import { JUPYTER_DISPLAY } from "../../src/helpers/display";
import { convolutionExplorer, poolingExplorer } from "../../src/helpers/explorers";
import { DRAWING, MATRIX } from "../../src/helpers/explorers/inputs";
import { formatNumber } from "../../src/helpers/explorers/setting";
import { needs } from "../needs";
import { findChromium, skipWithoutChromium } from "./chromium";

/** A page like those of `nbconvert --to html`, with a convolution and a pooling explorer. */
describe("the explorers in exported HTML", needs(skipWithoutChromium), () => {
  let browser: Browser;
  let page: Page;
  let folder: string;
  let problems: string[];

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "explorers-"));
    const explorers = [convolutionExplorer(), poolingExplorer()];
    const outputs = await Promise.all(explorers.map(async (explorer) => explorer[JUPYTER_DISPLAY]()));
    const body = outputs.map((bundle) => `<div class="output">${String(bundle["text/html"])}</div>`).join("");
    fs.writeFileSync(path.join(folder, "export.html"), `<!doctype html><meta charset="utf-8"><body>${body}</body>`);
    browser = await chromium.launch({
      executablePath: findChromium(),
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    });
  });
  afterAll(async () => {
    await browser.close();
    fs.rmSync(folder, { recursive: true });
  });

  beforeEach(async () => {
    await page?.close();
    page = await browser.newPage({ viewport: { width: 900, height: 1300 } });
    page.setDefaultTimeout(5_000);
    problems = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("request", (request) => /^(file|data):/.test(request.url()) || problems.push(`asked for ${request.url()}`));
    await page.goto(pathToFileURL(path.join(folder, "export.html")).href);
  });

  const convolution = (): Locator => page.locator(".output").nth(0);
  const pooling = (): Locator => page.locator(".output").nth(1);
  const outputOf = async (explorer: Locator): Promise<string[]> => {
    return explorer.locator("svg rect[data-output] + text").allTextContents();
  };
  const shown = (output: number[][]): string[] => output.flat().map(formatNumber);

  test("accepts an edited kernel", async () => {
    assert.equal(
      await convolution().getByRole("combobox", { name: "Kernel", exact: true }).inputValue(),
      "verticalEdges",
    );
    const field = convolution().getByLabel("Kernel row 2, column 2");
    await field.fill("4");
    const expected = conv2d(MATRIX.pixels, [
      [-1, 0, 1],
      [-2, 4, 2],
      [-1, 0, 1],
    ]);
    assert.deepEqual(await outputOf(convolution()), shown(expected));
    assert.equal(await convolution().getByRole("combobox", { name: "Kernel", exact: true }).inputValue(), "own");
    assert.deepEqual(problems, []);
  });

  test("uses the exact weights of a preset kernel, although its fields show rounded ones", async () => {
    await convolution().getByRole("combobox", { name: "Kernel", exact: true }).selectOption("blur");
    await convolution().getByRole("combobox", { name: "Padding" }).selectOption("same");
    assert.deepEqual(await outputOf(convolution()), shown(conv2d(MATRIX.pixels, KERNELS.blur, { padding: "same" })));
    assert.equal(await convolution().getByLabel("Kernel row 1, column 1").inputValue(), "0.111");
  });

  test("resizes the kernel and keeps its weights", async () => {
    await convolution().getByRole("combobox", { name: "Kernel size" }).selectOption("2");
    assert.deepEqual(
      await outputOf(convolution()),
      shown(
        conv2d(MATRIX.pixels, [
          [-1, 0],
          [-2, 0],
        ]),
      ),
    );
    assert.equal(await convolution().locator('[name="weight"]').count(), 4);
  });

  test("highlights the patch of the output cell under the pointer, and spells out its sum", async () => {
    await convolution().locator('[data-output="1,2"]').hover();
    const mark = convolution().locator("svg rect.accent").first();
    assert.deepEqual(
      [await mark.getAttribute("x"), await mark.getAttribute("y"), await mark.getAttribute("width")],
      ["72", "36", "108"],
    );
    const [row, column] = [1, 2];
    const patch = MATRIX.pixels.slice(row, row + 3).map((line) => line.slice(column, column + 3));
    assert.equal(patch[2][0], 5);
    const lines = await convolution().locator("svg text.label").allTextContents();
    assert.ok(lines.includes("Output row 2, column 3:"));
    assert.ok(lines.includes(`+ ${patch[2][0]}·(−1) + ${patch[2][1]}·0 + ${patch[2][2]}·1`), lines.join("\n"));
    assert.match((await convolution().getByRole("status").textContent())!, /^Output row 2, column 3: .* = /);
  });

  test("steps through all positions and starts again", async () => {
    const status = pooling().getByRole("status");
    const places: string[] = [];
    for (let step = 0; step < 5; step++) {
      places.push((await status.textContent())!.split(".")[0]);
      await pooling().getByRole("button", { name: "Step" }).click();
    }
    assert.deepEqual(
      places,
      [
        "row 1, column 1: 6",
        "row 1, column 2: 8",
        "row 2, column 1: 14",
        "row 2, column 2: 16",
        "row 1, column 1: 6",
      ].map((place) => `Output ${place}`),
    );
    await pooling().getByRole("button", { name: "Back" }).click();
    await pooling().getByRole("button", { name: "Back" }).click();
    assert.match((await status.textContent())!, /^Output row 2, column 2: 16/);
  });

  test("plays the output cell by cell, and pauses on demand", async () => {
    await pooling().getByRole("button", { name: "Play" }).click();
    assert.equal(await pooling().locator("[data-output]").count(), 1);
    await pooling().locator('[data-output="0,1"]').waitFor();
    await pooling().getByRole("button", { name: "Pause" }).click();
    assert.ok((await pooling().locator("[data-output]").count()) < 4);
    await pooling().getByRole("button", { name: "Play" }).click();
    await pooling().locator('[data-output="1,1"]').waitFor();
    await pooling().getByRole("button", { name: "Play" }).waitFor();
  });

  test("moves with the arrow keys, and stays inside the output", async () => {
    const stage = convolution().getByRole("group", { name: /Arrow keys/ });
    await stage.focus();
    for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowLeft"])
      await page.keyboard.press(key);
    assert.match((await convolution().getByRole("status").textContent())!, /^Output row 3, column 1:/);
  });

  test("can be used with the keyboard alone", async () => {
    const reached = new Set<string>();
    for (let press = 0; press < 24; press++) {
      await page.keyboard.press("Tab");
      reached.add(
        await page.evaluate(() => {
          const host = document.activeElement;
          const inner = host?.shadowRoot?.activeElement ?? host;
          return inner?.getAttribute("name") ?? inner?.getAttribute("role") ?? inner?.tagName ?? "";
        }),
      );
    }
    for (const name of [
      "input",
      "kernel",
      "kernelSize",
      "weight",
      "dilationRate",
      "strides",
      "padding",
      "back",
      "play",
      "step",
      "group",
      "SUMMARY",
    ]) {
      assert.ok(reached.has(name), `${name} is not reached: ${[...reached].join(", ")}`);
    }
  });

  test("flags an impossible stride with the reason, and recovers", async () => {
    const stride = convolution().getByLabel("Stride");
    const alert = convolution().getByRole("alert");
    await stride.fill("0");
    assert.match((await alert.textContent())!, /^stride \(rows\): expected a whole number of at least 1, found 0/);
    assert.equal(await stride.getAttribute("aria-invalid"), "true");
    await stride.fill("");
    assert.match((await alert.textContent())!, /found NaN/);
    await stride.fill("2");
    assert.equal(await alert.textContent(), "");
    assert.equal(await stride.getAttribute("aria-invalid"), null);
    assert.equal((await outputOf(convolution())).length, 4);
    await convolution().getByLabel("Dilation").fill("2");
    assert.match((await alert.textContent())!, /found stride 2 and dilation 2. Set one of them to 1/);
    await stride.fill("1");
    assert.equal((await outputOf(convolution())).length, 1);
  });

  test("remembers what was selected while the setting was impossible", async () => {
    await convolution().getByLabel("Stride").fill("0");
    await convolution().getByRole("combobox", { name: "Kernel", exact: true }).selectOption("sharpen");
    await convolution().getByLabel("Stride").fill("1");
    assert.deepEqual(await outputOf(convolution()), shown(conv2d(MATRIX.pixels, KERNELS.sharpen)));
  });

  test("says when a window doesn't fit", async () => {
    await pooling().getByLabel("Window size").fill("5");
    assert.match(
      (await pooling().getByRole("alert").textContent())!,
      /window size \(rows\): expected at most 4, .*found 5\..*padding "same"/,
    );
    await pooling().getByRole("combobox", { name: "Padding" }).selectOption("same");
    assert.equal(await pooling().getByRole("alert").textContent(), "");
  });

  test("can average as well", async () => {
    await pooling().getByRole("combobox", { name: "Pooling" }).selectOption("average pooling");
    assert.deepEqual(await outputOf(pooling()), ["3.5", "5.5", "11.5", "13.5"]);
  });

  test("lets the reader edit the input as numbers, and says what is wrong with them", async () => {
    await pooling().getByText("Edit the input as numbers").click();
    const matrix = pooling().getByRole("textbox", { name: "One row per line" });
    await matrix.fill("1 2 3 9\n4 5 6");
    assert.match((await pooling().getByRole("alert").textContent())!, /Row 1 has 4 numbers, row 2 has 3/);
    await matrix.fill("1 2 3 9\n4 5 6 7");
    assert.deepEqual(await outputOf(pooling()), ["5", "9"]);
  });

  test("lets the reader paint on the input", async () => {
    await convolution().getByRole("combobox", { name: "Input" }).selectOption({ label: "drawing" });
    const cell = convolution().locator('[data-input="0,0"]');
    const blank = await cell.getAttribute("fill");
    assert.equal(DRAWING.pixels[0][0], 0);
    await cell.click();
    assert.notEqual(await cell.getAttribute("fill"), blank);
    await cell.click();
    assert.equal(await cell.getAttribute("fill"), blank);
    await convolution().locator('[data-input="1,0"]').hover();
    await page.mouse.down();
    await convolution().locator('[data-input="1,1"]').hover();
    await page.mouse.up();
    const text = await convolution().locator('[name="matrix"]').inputValue();
    assert.match(text.split("\n")[1], /^1 1 1 1/);
  });

  test("keeps several explorers independent", async () => {
    const before = await outputOf(pooling());
    await convolution().getByLabel("Stride").fill("3");
    assert.deepEqual(await outputOf(pooling()), before);
  });

  test("shows the static picture where scripts are disabled", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const still = await context.newPage();
    await still.goto(pathToFileURL(path.join(folder, "export.html")).href);
    const picture = still.getByRole("img").first();
    assert.ok(await picture.isVisible());
    assert.match((await picture.getAttribute("alt"))!, /^convolution, padding valid, stride 1/);
    await context.close();
  });

  for (const scheme of ["light", "dark"] as const) {
    test(`has enough contrast between text and background in a ${scheme} page`, async () => {
      await page.emulateMedia({ colorScheme: scheme });
      for (const selector of ["label", ".hint", "svg text.label", "svg text.muted", "button"]) {
        const ratio = await convolution().locator(selector).first().evaluate(contrast);
        assert.ok(ratio >= 4.5, `${selector}: contrast ${ratio.toFixed(1)}`);
      }
    });
  }
});

/** WCAG's contrast ratio between an element's text and the explorer's ground, in the page. */
function contrast(element: Element): number {
  const explorer = element.closest(".explorer");
  if (explorer === null) throw new Error("the element is outside the explorer");
  const style = getComputedStyle(element);
  const luminances = [
    element instanceof SVGElement ? style.fill : style.color,
    getComputedStyle(explorer).backgroundColor,
  ].map((color) => {
    const [red, green, blue] = color.match(/[\d.]+/g)!.map((channel) => {
      const share = Number(channel) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  return (Math.max(...luminances) + 0.05) / (Math.min(...luminances) + 0.05);
}
