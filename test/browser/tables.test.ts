/** Tables as Chromium draws them, in the packaged fonts, against stored pictures. */
import fs from "node:fs";
import path from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { fontFiles } from "../../src/helpers/render/fonts";
import { encodePng } from "../../src/helpers/render/png";
import { assertMatchesPicture, decodePng } from "../helpers/reference";
import { tables } from "../helpers/tables/samples";
import { needs } from "../needs";
import { findChromium, skipWithoutChromium as skip } from "./chromium";

const FOLDER = path.resolve(__dirname, "../helpers/tables");
/** As JupyterLab and nbconvert style a table, in colours that show which rule of ours is missing. */
const STYLE =
  "body { margin: 8px; font: 13px 'DejaVu Sans', 'Nanum Gothic'; } th, td { padding: 4px 8px; text-align: center } " +
  "tbody tr:nth-child(odd) { background: #f4f4f4 }";

let browser: Browser;
let page: Page;

beforeAll(async () => {
  if (skip) return;
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: ["--no-sandbox", "--disable-lcd-text", "--font-render-hinting=none"],
  });
  page = await browser.newPage({ viewport: { width: 900, height: 500 } });
});

afterAll(() => browser?.close());

async function draw(markup: string): Promise<Uint8Array> {
  const face = (family: string, weight: string, file: string): string =>
    `@font-face { font-family: "${family}"; font-weight: ${weight}; ` +
    `src: url(data:font/ttf;base64,${fs.readFileSync(file).toString("base64")}); }`;
  const [sans, bold, , , korean, koreanBold] = fontFiles;
  const faces =
    face("DejaVu Sans", "normal", sans) +
    face("DejaVu Sans", "bold", bold) +
    face("Nanum Gothic", "normal", korean) +
    face("Nanum Gothic", "bold", koreanBold);
  await page.setContent(
    `<!doctype html><style>${faces}${STYLE}</style><div id="output" style="display: inline-block">${markup}</div>`,
  );
  await page.evaluate(`document.fonts.ready`);
  const { data, width, height } = await decodePng(await page.locator("#output").screenshot());
  return encodePng(data, width, height);
}

for (const [name, table] of Object.entries(tables)) {
  test(`the table ${name} looks like the stored one`, needs(skip), async () => {
    await assertMatchesPicture(await draw(table().toHTML()), FOLDER, name);
  });
}
