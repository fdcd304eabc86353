/** What is drawn without a browser, against what a browser draws. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import type { Figure } from "../../src/helpers/render";
import { fontFiles } from "../../src/helpers/render/fonts";
import { figureBundle, PLOTLY_MIME } from "../../src/helpers/render/plotly/figure-bundle";
import { figures } from "../helpers/plots/samples";
import { compare, decodePng } from "../helpers/reference";
import { runScript } from "../helpers/show/plain-script";
import { needs } from "../needs";
import { findChromium, skipWithoutChromium as skip } from "./chromium";

let browser: Browser;
let page: Page;

beforeAll(async () => {
  if (skip) return;
  browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  page = await browser.newPage({ viewport: { width: 900, height: 700 } });
  const face = (family: string, file: string, weight: string): string =>
    `@font-face { font-family: "${family}"; font-weight: ${weight}; ` +
    `src: url(data:font/ttf;base64,${fs.readFileSync(file).toString("base64")}); }`;
  const [sans, bold, , , korean] = fontFiles;
  await page.setContent(
    `<style>${face("DejaVu Sans", sans, "normal")}${face("DejaVu Sans", bold, "bold")}` +
      `${face("Nanum Gothic", korean, "normal")}</style><div id="plot"></div>`,
  );
  await page.addScriptTag({ path: require.resolve("plotly.js-cartesian-dist-min") });
  await page.evaluate(
    `Promise.all(["12px DejaVu Sans", "bold 12px DejaVu Sans", "12px Nanum Gothic"]` +
      `.map((font) => document.fonts.load(font, "a가")))`,
  );
});

afterAll(() => browser?.close());

for (const name of Object.keys(figures)) {
  test(`the figure ${name} looks like Chromium's`, needs(skip), async () => {
    const bundle = figureBundle(figures[name]());
    const { data, layout } = bundle[PLOTLY_MIME] as Figure;
    await page.evaluate(
      `Plotly.newPlot("plot", ${JSON.stringify(data)}, ${JSON.stringify(layout)}, { staticPlot: true })`,
    );
    const inBrowser = await decodePng(await page.locator("#plot .main-svg").first().screenshot());
    const ours = await decodePng(Buffer.from(String(bundle["image/png"]), "base64"));
    const { share } = compare(ours, inBrowser);
    assert.ok(share < 0.01, `${(100 * share).toFixed(2)} % of the pixels differ`);
  });
}

test(
  "a script's window draws its plot without a network",
  needs(skip || (process.platform !== "linux" && "tested on Linux")),
  async () => {
    const script = runScript();
    const [first] = await script.addresses(1);
    const window = await browser.newPage();
    const requests: string[] = [];
    const problems: string[] = [];
    window.on("request", (request) => requests.push(request.url()));
    window.on("pageerror", (error) => problems.push(error.message));
    window.on("console", (message) => problems.push(message.text()));
    await window.goto(first);
    await window.locator(".main-svg .bars path").first().waitFor();
    assert.equal(await window.locator(".main-svg .bars path").count(), 2);
    assert.match(await window.title(), /^Plot: First plot/);
    assert.deepEqual(
      requests.filter((url) => !url.startsWith("data:")),
      [first],
      "one request, to this machine",
    );
    assert.deepEqual(problems, []);
    for (const count of [2, 3]) await window.goto((await script.addresses(count))[count - 1]);
    assert.equal((await script.ended).code, 0);
    await window.close();
  },
);
