import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "vitest";
import { codeCells, readNotebook, textOf } from "../../src/notebooks/notebook";
import { runNotebook } from "../../src/notebooks/run";
import { KERNEL_NAME } from "../../src/shared/paths";
import { installUnmodifiedTslab, makeWorkshop, notebookOf, writeNotebook } from "./workspace";

/** As the cells see it; the kernel runs in notebooks/, as in the project. */
const ADDED = "../src/helpers/preprocess/added.ts";

/** A cell that edits a helper as an editor would, and gives the compiler the moment that a reader gives it. */
function edit(source: string): string {
  return [
    'import fs from "node:fs";',
    `fs.writeFileSync(${JSON.stringify(ADDED)}, ${JSON.stringify(source)});`,
    "await new Promise((resolve) => setTimeout(resolve, 1000));",
  ].join("\n");
}

const IMPORT = 'import { added } from "cnn-helpers";';

/** A workshop whose helpers have one more function. @returns Its folder of notebooks. */
function makeWorkshopWithAdded(name: string): string {
  const notebooks = makeWorkshop(name);
  fs.writeFileSync(path.join(notebooks, ADDED), "export const added = (): number => 1;");
  fs.appendFileSync(path.join(notebooks, "../src/helpers/preprocess/index.ts"), '\nexport * from "./added";\n');
  return notebooks;
}

for (const kernel of [KERNEL_NAME, installUnmodifiedTslab()]) {
  describe(`on the kernel ${kernel}, after an edit of a helper, running the importing cell again`, () => {
    test("loads its new behaviour and its new types", { timeout: 120_000 }, async () => {
      const folder = makeWorkshopWithAdded(`edits-${kernel}`);
      const file = writeNotebook(
        path.join(folder, "01-edits.ipynb"),
        notebookOf(
          [
            `${IMPORT}\nconst first: number = added();\nconsole.log(first);`,
            edit("export const added = (): number => 2;"),
            `${IMPORT}\nconst second: number = added();\nconsole.log(second);`,
            edit("export const added = (name: string): string => `three ${name}`;"),
            `${IMPORT}\nconst third: string = added("balls");\nconsole.log(third);`,
          ],
          kernel,
        ),
      );
      const { failure, executed } = await runNotebook(file, path.join(folder, "executed"));
      assert.equal(failure && `cell [${failure.cell}]: ${failure.message}`, undefined);
      const outputs = codeCells(readNotebook(executed)).map((cell) =>
        (cell.outputs ?? []).map(({ text = "" }) => textOf(text)).join(""),
      );
      assert.deepEqual(outputs, ["1\n", "", "2\n", "", "three balls\n"]);
    });
  });
}
