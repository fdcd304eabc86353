import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { needs } from "../needs";
import { skipWithoutChromium } from "./chromium";
import { openLab, type Lab } from "./lab";

const PLOTLY = "application/vnd.plotly.v1+json";

describe("the quickstart in JupyterLab, all cells run", { ...needs(skipWithoutChromium), timeout: 300_000 }, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab({ notebook: "00-quickstart.ipynb", env: { EPOCHS: "1" } });
    await lab.clearOutputs();
    await lab.runAll();
    await lab.waitUntilIdle(240_000);
  });
  afterAll(() => lab?.close());

  test("has no error and nothing on standard error", async () => {
    const code = (await lab.notebook()).cells.filter((cell) => cell.cell_type === "code");
    assert.deepEqual(
      code.map((cell) => cell.execution_count),
      code.map((_, index) => index + 1),
    );
    const errors = (await lab.outputs()).filter((output) => output.output_type === "error" || output.name === "stderr");
    assert.deepEqual(errors, []);
  });

  test("shows each plot, as a picture and as an interactive figure", async () => {
    const plots = (await lab.outputs()).filter((output) => output.data?.[PLOTLY] !== undefined);
    assert.notEqual(plots.length, 0, "no cell made a Plotly figure");
    for (const plot of plots) assert.ok(plot.data?.["image/png"], "a figure has no picture for code hosts");

    const picture = lab.page.locator(".jp-OutputArea-output img.plot-img").last();
    await picture.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await picture.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    assert.ok(width > 200 && height > 100, `the plot takes ${width} x ${height} pixels`);
    await lab.screenshot("quickstart");

    // JupyterLab replaces the picture by the figure when the mouse comes in.
    await lab.page.mouse.move(x + width / 2, y + height / 2);
    await lab.page.locator(".js-plotly-plot .main-svg").first().waitFor({ state: "visible", timeout: 20_000 });
    await lab.screenshot("quickstart-interactive");
  });
});
