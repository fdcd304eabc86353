/**
 * Reference pictures and texts that the output is compared with. `UPDATE_REFERENCES=1` writes them again: look at them
 * before you commit.
 */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { createCanvas, loadImage, type ImageData } from "@napi-rs/canvas";
import pixelmatch from "pixelmatch";
import { encodePng } from "../../src/helpers/render/png";

const update = process.env["UPDATE_REFERENCES"] === "1";
const DIFFERENCES = path.resolve(__dirname, "../../build/reference-differences");
/** Share of pixels that may differ: processors round the edges of letters differently. */
const TOLERANCE = 0.005;
const HOW_TO_RENEW = "If the new one is right, run the test with UPDATE_REFERENCES=1, look at the file and commit it.";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: ImageData["data"];
}

/** Decodes a PNG file. */
export async function decodePng(png: Uint8Array): Promise<Pixels> {
  const image = await loadImage(Buffer.from(png));
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height);
}

/** Compares two pictures of the same size. */
export function compare(actual: Pixels, expected: Pixels): { share: number; difference: Uint8Array } {
  assert.deepEqual([actual.width, actual.height], [expected.width, expected.height], "the pictures differ in size");
  const { width, height } = actual;
  const difference = new Uint8Array(width * height * 4);
  const count = pixelmatch(actual.data, expected.data, difference, width, height, { threshold: 0.1 });
  return { share: count / (width * height), difference };
}

/** Compares a picture with `folder`/reference/`name`.png. */
export async function assertMatchesPicture(png: Uint8Array, folder: string, name: string): Promise<void> {
  const file = path.join(folder, "reference", `${name}.png`);
  if (update) fs.writeFileSync(file, png);
  assert.ok(fs.existsSync(file), `There is no reference picture ${name}.png. ${HOW_TO_RENEW}`);
  const actual = await decodePng(png);
  const expected = await decodePng(fs.readFileSync(file));
  const keep = (suffix: string, bytes: Uint8Array): void => {
    fs.mkdirSync(DIFFERENCES, { recursive: true });
    fs.writeFileSync(path.join(DIFFERENCES, `${name}-${suffix}.png`), bytes);
  };
  if (actual.width !== expected.width || actual.height !== expected.height) keep("new", png);
  const { share, difference } = compare(actual, expected);
  if (share > TOLERANCE) {
    keep("new", png);
    keep("difference", encodePng(difference, actual.width, actual.height));
    assert.fail(
      `${(100 * share).toFixed(2)} % of the pixels of ${name} differ from its reference; ` +
        `see build/reference-differences. ${HOW_TO_RENEW}`,
    );
  }
}

/** Fails for a function of a folder that none of the samples calls, so that what is new gets its reference too. */
export function assertAllDrawn(
  exported: Readonly<Record<string, unknown>>,
  samples: Readonly<Record<string, () => unknown>>,
  others: readonly string[] = [],
): void {
  const sources = Object.values(samples).map(String).join("\n");
  const missing = Object.keys(exported).filter(
    (name) =>
      typeof exported[name] === "function" && !others.includes(name) && !new RegExp(`\\b${name}\\b`).test(sources),
  );
  assert.deepEqual(missing, [], "these have no sample, and so no reference to be compared with");
}

/** Compares a text with `folder`/reference/`name`. */
export function assertMatchesText(text: string, folder: string, name: string): void {
  const file = path.join(folder, "reference", name);
  if (update) fs.writeFileSync(file, text + "\n");
  assert.ok(fs.existsSync(file), `There is no reference text ${name}. ${HOW_TO_RENEW}`);
  assert.equal(text + "\n", fs.readFileSync(file, "utf8"), `${name} differs from its reference. ${HOW_TO_RENEW}`);
}
