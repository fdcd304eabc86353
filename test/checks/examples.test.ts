import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { checkExamples } from "../../src/checks/examples";
import { makeFolder, notebookOf, writeNotebook } from "../notebooks/workspace";

/** Doc comments' tags by the name of the function that they describe. */
const TAGS = {
  loadData: "@see notebooks/04-load.ipynb\n * @example const [[images]] = await loadData();",
  usesNamesOfNotebooks: "@example\n * ```ts\n * await evaluate(model, testSet);\n * ```",
  hasNone: "@returns nothing",
  doesNotCompile: "@example const rate: string = 1;",
  namesNoNotebook: "@example await loadData();",
  namesAnotherNotebook: "@see notebooks/09-fit.ipynb\n * @example await loadData();",
};

test("checkExamples reports what is missing or wrong in the doc comments of exported functions", () => {
  const folder = makeFolder("examples");
  const entry = path.join(folder, "index.ts");
  const functions = Object.entries(TAGS).map(([name, tags]) => {
    return `/**\n * Does something.\n * ${tags}\n */\nexport function ${name}(): void {}\n`;
  });
  fs.writeFileSync(entry, functions.join("\n"));
  const notebooks = [
    writeNotebook(path.join(folder, "04-load.ipynb"), notebookOf(["loadData();", "namesNoNotebook();"])),
    writeNotebook(path.join(folder, "09-fit.ipynb"), notebookOf(["fit();"])),
  ];
  const findings = checkExamples(entry, notebooks).map((finding) => finding.replace(/^.*?\.ts:\d+: /, ""));
  assert.deepEqual(findings, [
    "hasNone has no @example",
    'namesNoNotebook has no "@see notebooks/….ipynb"; it is used in 04-load.ipynb',
    "namesAnotherNotebook isn't used in notebooks/09-fit.ipynb, which its @see names",
    "the @example of doesNotCompile doesn't compile: Type 'number' is not assignable to type 'string'. " +
      "(build/examples/doesNotCompile-1.ts)",
  ]);
});
