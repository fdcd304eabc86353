import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import * as helpers from "../../src/helpers";
import { readNotebook, textOf, type Cell } from "../../src/notebooks/notebook";
import { listNotebooks } from "../../src/shared/series";

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

/** The running text of a notebook's cell: without headings, code, formulas and links. What it leaves out is blank. */
function runningText({ source }: Cell): string {
  const omitted = [
    /^ *(`{3,})[^]*?^ *\1/gm,
    /\$\$[^]*?\$\$/g,
    /`[^`\n]*`/g,
    /\$[^$\n]+\$/g,
    /^#+ .*$/gm,
    /^\*\*(?:Assumes|Next):\*\*.*$/gm,
    /!?\[[^\]]*\]\((?:[^()]|\([^)]*\))*\)/g,
  ];
  return omitted.reduce((text, pattern) => text.replace(pattern, (part) => " ".repeat(part.length)), textOf(source));
}

test("each term of the glossary is linked, with its Korean name, where the series first uses it", () => {
  const rows = [...text.matchAll(/^\| ([a-zA-Z -]+?) +\| (.+?) +\| .+ \| \[(\d\d)\]\(([^)]+)\) +\|$/gm)];
  assert.ok(rows.length > 30);
  const cells = listNotebooks().flatMap((file) =>
    readNotebook(file)
      .cells.filter(({ cell_type }) => cell_type === "markdown")
      .map((cell) => ({ name: path.basename(file), running: runningText(cell), source: textOf(cell.source) })),
  );
  for (const [, term, korean, number, file] of rows) {
    const word = `${term.replaceAll(" ", "\\s+").replaceAll("-", "[-\\s]")}(?:s|es)?`;
    const link = new RegExp(`\\[\\**${word}\\**\\]\\(README\\.md#glossary "([^"]+)"\\)`, "i");
    const linked = cells.findIndex(({ source }) => link.test(source));
    assert.ok(linked >= 0, `no notebook links ${term} to the glossary; expected ${file} to`);
    const { name, running, source } = cells[linked];
    const found = link.exec(source);
    assert.deepEqual([name, name.slice(0, 2), found?.[1]], [file, number, korean], `the link of ${term}`);

    const use = new RegExp(`\\b${word}\\b(?![-\\w])`, "i");
    const before = [...cells.slice(0, linked), { name, running: running.slice(0, found?.index) }];
    const earlier = before.find((cell) => use.test(cell.running));
    assert.equal(earlier, undefined, `${earlier?.name} uses ${term} before it's linked in ${file}`);
  }
});
