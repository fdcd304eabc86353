import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import * as helpers from "../../src/helpers";
import { readNotebook, textOf } from "../../src/notebooks/notebook";

const folder = path.resolve("notebooks");
const text = fs.readFileSync(path.join(folder, "README.md"), "utf8");
const states = (...sentences: string[]): void => {
  // Line breaks are where the column ends.
  const flat = text.replace(/\s+/g, " ");
  for (const sentence of sentences) assert.ok(flat.includes(sentence), `notebooks/README.md doesn't say "${sentence}"`);
};

test("the answers to the ten questions are what the helpers compute", () => {
  const { avgPool2d, buildModel, maxPool2d, outputSize, tf } = helpers;
  const sides = [outputSize(28, 3, { padding: "same" }), outputSize(28, 3, { padding: "valid" })];
  states(`${sides[0]} × ${sides[0]} × 16 with \`same\`, and ${sides[1]} × ${sides[1]} × 16 with \`valid\``);

  const model = buildModel();
  const parameters = new Map(model.layers.map((layer) => [layer.name, layer.countParams()]));
  const [first, second, , dense] = [...parameters.values()].filter((count) => count > 0);
  const inText = (value: number): string => value.toLocaleString("en");
  states(`= ${inText(first)}, and (3 · 3 · 16 + 1) · 32 = ${inText(second)}`, `has ${inText(model.countParams())}`);
  states(`${inText(dense)} of them, ${Math.round((100 * dense) / model.countParams())} %`);
  model.dispose();

  const matrix = [
    [1, 3, 2, 0],
    [5, 2, 1, 1],
    [0, 0, 4, 8],
    [1, 3, 6, 2],
  ];
  const inMarkdown = matrix.map((row) => row.join(" ")).join(" ");
  const [top, bottom] = maxPool2d(matrix, 2);
  const [meanTop, meanBottom] = avgPool2d(matrix, 2);
  states(inMarkdown, `${top.join(", ")} in the first row and ${bottom.join(", ")} in the second`);
  states(`by mean ${meanTop.join(", ")} and ${meanBottom.join(", ")}`);

  // A convolution of 3, then a pooling of 2 with stride 2, and so on.
  const layers = [3, 2, 3, 2, 3];
  let [size, jump] = [1, 1];
  const fields = layers.map((kernel) => {
    size += (kernel - 1) * jump;
    if (kernel === 2) jump *= 2;
    return size;
  });
  states(`${size} × ${size} pixels`, `${fields.join(", ")}. ([03]`);

  const loss = tf.tidy(() => {
    const guess = tf.fill([1, 10], 0.1);
    return tf.metrics.categoricalCrossentropy(tf.oneHot([3], 10), guess).dataSync()[0];
  });
  states(`−ln 0.1 = ${loss.toFixed(4)}`);
  states(`${60_000 / 100} and ${inText((100 * 60_000) / 100)}`, `Of 10,000 test images ${Math.round(10_000 * 0.011)}`);
  assert.equal(Math.sqrt((0.989 * 0.011) / 10_000).toFixed(3), "0.001");
});

test("every notebook that the glossary names uses the term", () => {
  const rows = [...text.matchAll(/^\| ([a-zA-Z -]+?) +\|.*\| \[(\d\d)\]\(([^)]+)\) +\|$/gm)];
  assert.ok(rows.length > 30);
  for (const [, term, number, file] of rows) {
    const cells = readNotebook(path.join(folder, file)).cells.filter(({ cell_type }) => cell_type === "markdown");
    const prose = cells.map(({ source }) => textOf(source)).join("\n");
    assert.match(prose, new RegExp(`\\b${term.replace(" ", "\\s+")}`, "i"), `${file} doesn't use "${term}"`);
    assert.equal(file.slice(0, 2), number);
  }
});
