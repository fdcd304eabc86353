import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "vitest";
import { checkTypes } from "../../src/notebooks/typecheck";
import { makeFolder, notebookOf, writeNotebook } from "./workspace";

describe("checkTypes", () => {
  const folder = makeFolder("typecheck");
  const check = (name: string, ...cells: string[]) =>
    checkTypes([writeNotebook(path.join(folder, name), notebookOf(cells))]);

  test("accepts top-level await, names from earlier cells and the helpers", () => {
    const cells = [
      'import { loadData } from "cnn-helpers";',
      "const [train] = await loadData();",
      "const rows: number = train[0].shape[1];",
    ];
    assert.deepEqual(check("01-fine.ipynb", ...cells), []);
  });

  test("names cell, line and column, in every cell", () => {
    const errors = check("01-two.ipynb", "const a = 1;", "\n  const b: string = a;", "a.length;");
    assert.deepEqual(
      errors.map(({ cell, line, column, source }) => ({ cell, line, column, source })),
      [
        { cell: 2, line: 2, column: 9, source: "  const b: string = a;" },
        { cell: 3, line: 1, column: 3, source: "a.length;" },
      ],
    );
    assert.match(errors[0].message, /Type 'number' is not assignable to type 'string'/);
  });

  test("is strict where tslab isn't", () => {
    const errors = check("01-strict.ipynb", "const half = (x) => x / 2;", "const word: string = [].find(() => true);");
    assert.deepEqual(
      errors.map(({ cell }) => cell),
      [1, 2],
    );
  });

  test("places an error at the end of the notebook in its last cell", () => {
    const errors = check("01-open.ipynb", "const a = 1;", "const b = {\n  a,");
    assert.notEqual(errors.length, 0);
    for (const { cell, line } of errors) assert.deepEqual({ cell, line }, { cell: 2, line: 2 });
  });

  test("keeps the names of different notebooks separate", () => {
    const files = ["01-one.ipynb", "02-other.ipynb"].map((name) =>
      writeNotebook(path.join(folder, name), notebookOf(["const name = 1;"])),
    );
    assert.deepEqual(checkTypes(files), []);
  });
});
