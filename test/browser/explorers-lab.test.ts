/// <reference lib="dom" />
import assert from "node:assert/strict";
import fs from "node:fs";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Notebook } from "../../src/notebooks/notebook";
import { needs } from "../needs";
import { skipWithoutChromium } from "./chromium";
import { openLab, type Lab } from "./lab";

/** What the page's application offers beside {@link Lab}: commands with arguments. */
interface JupyterApp {
  readonly commands: { execute(command: string, args?: object): Promise<unknown> };
}

/** The saved notebooks as a reader opens them: untrusted first, then trusted, without a kernel, no cell run. */
describe("the explorers in a saved notebook in JupyterLab", needs(skipWithoutChromium), () => {
  for (const { notebook, first } of [
    { notebook: "02-convolution.ipynb", first: "convolution, padding valid, stride 1" },
    { notebook: "03-max-pooling.ipynb", first: "max pooling, padding valid, stride 2" },
  ]) {
    describe(notebook, () => {
      let lab: Lab;
      let explorer: Locator;

      beforeAll(async () => {
        lab = await openLab({ notebook });
        lab.page.setDefaultTimeout(20_000);
        explorer = lab.page.locator(".jp-OutputArea-output").filter({ has: lab.page.locator("[data-cnn-explorer]") });
      });
      afterAll(() => lab?.close());

      test("shows the static picture until it is trusted", async () => {
        const picture = lab.page.locator(`img[alt^="${first}"]`);
        await picture.scrollIntoViewIfNeeded();
        assert.ok(await picture.isVisible());
        assert.ok(await picture.evaluate((img: HTMLImageElement) => img.naturalWidth > 300), "the picture is drawn");
      });

      test("isn't changed by opening it", async () => {
        await lab.waitUntilIdle();
        const metadata = (await lab.notebook()).metadata;
        assert.deepEqual(metadata, (JSON.parse(fs.readFileSync(lab.file, "utf8")) as Notebook).metadata);
      });

      test("becomes interactive when it is trusted, without a kernel", async () => {
        await execute(lab, "kernelmenu:shutdown");
        const trusted = execute(lab, "notebook:trust");
        await lab.page.getByRole("button", { name: "Trust" }).click();
        await trusted;
        await explorer.locator("svg [data-output]").first().waitFor();
        assert.notEqual(await lab.kernelStatus(), "busy");
        assert.ok((await lab.outputs()).length > 10, "the saved outputs are still there");
      });

      test("can be stepped through", async () => {
        const status = explorer.getByRole("status");
        assert.match((await status.textContent())!, /^Output row 1, column 1:/);
        await explorer.getByRole("button", { name: "Step" }).click();
        assert.match((await status.textContent())!, /^Output row 1, column 2:/);
      });

      test("shows the patch and the sum of the cell under the pointer", async () => {
        await explorer.locator('[data-output="1,1"]').hover();
        assert.match((await explorer.getByRole("status").textContent())!, /^Output row 2, column 2: .*= /);
        assert.notEqual(await explorer.locator("svg rect.accent").first().getAttribute("x"), "0");
      });

      test("flags an impossible stride with the reason", async () => {
        const stride = explorer.getByLabel("Stride");
        await stride.fill("0");
        assert.match(
          (await explorer.getByRole("alert").textContent())!,
          /stride \(rows\): expected a whole number of at least 1, found 0/,
        );
        await stride.fill("1");
        assert.equal(await explorer.getByRole("alert").textContent(), "");
      });

      test("typing doesn't trigger JupyterLab's single-key shortcuts", async () => {
        const cells = (await lab.notebook()).cells.length;
        await explorer.getByText("Edit the input as numbers").click();
        const matrix = explorer.getByRole("textbox", { name: "One row per line" });
        await matrix.fill("1 2 3\n4 5 6\n7 8 9");
        await matrix.focus();
        // a: cell above, b: cell below, d d: delete the cell, 0 0: restart the kernel
        await lab.page.keyboard.type("abdd00");
        assert.equal((await lab.notebook()).cells.length, cells);
        assert.equal(await lab.page.getByRole("dialog").count(), 0);
        assert.match(await matrix.inputValue(), /abdd00/);
        assert.match((await explorer.getByRole("alert").textContent())!, /isn't a number/);
        await matrix.fill("1 2 3\n4 5 6\n7 8 9");
        const stage = explorer.getByRole("group", { name: /Arrow keys/ });
        await stage.focus();
        await lab.page.keyboard.press("ArrowDown");
        await lab.page.keyboard.type("ab");
        assert.equal((await lab.notebook()).cells.length, cells);
        assert.ok(
          await stage.evaluate((element) => (element.getRootNode() as ShadowRoot).activeElement === element),
          "the focus stays",
        );
      });

      for (const theme of ["JupyterLab Dark", "JupyterLab Light"]) {
        test(`is readable in ${theme}`, async () => {
          await execute(lab, "apputils:change-theme", { theme });
          const dark = theme.endsWith("Dark");
          await lab.page.waitForFunction((expected) => document.body.dataset.jpThemeLight === expected, String(!dark));
          await explorer.scrollIntoViewIfNeeded();
          await lab.screenshot(`${notebook.slice(0, 2)}-explorer-${dark ? "dark" : "light"}`);
          const [text, ground] = await Promise.all([
            explorer
              .locator("svg text.label")
              .first()
              .evaluate((element) => getComputedStyle(element).fill),
            explorer.locator(".explorer").evaluate((element) => getComputedStyle(element).backgroundColor),
          ]);
          assert.ok(Math.abs(brightness(text) - brightness(ground)) > 120, `${text} on ${ground}`);
          assert.equal(brightness(ground) < 128, dark);
        });
      }
    });
  }
});

/** A command with arguments, as a menu or a shortcut would run it. */
async function execute(lab: Lab, command: string, args: object = {}): Promise<void> {
  await lab.page.evaluate(
    async ([id, options]) => {
      await (window as unknown as { jupyterapp: JupyterApp }).jupyterapp.commands.execute(id, options);
    },
    [command, args] as const,
  );
}

/** Mean of red, green and blue of a computed colour, 0 to 255. */
function brightness(color: string): number {
  const [red, green, blue] = color.match(/[\d.]+/g)!.map(Number);
  return (red + green + blue) / 3;
}
