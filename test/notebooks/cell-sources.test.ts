import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "vitest";
import { cellsOfModule, writeCellModules } from "../../src/notebooks/cell-modules";
import { readCellSources, writeCellSources } from "../../src/notebooks/cell-sources";
import { formatCell } from "../../src/notebooks/format-cell";
import { NOTEBOOKS } from "../../src/shared/paths";
import { listNotebooks } from "../../src/shared/series";
import { makeFolder, notebookOf, writeNotebook } from "./workspace";

const folder = makeFolder("cell-sources");

describe("writeCellSources", () => {
  test("replaces sources and keeps everything else byte for byte", () => {
    const file = writeNotebook(path.join(folder, "01-edit.ipynb"), notebookOf(["const a = 1.50;", "a"]));
    // What JSON.stringify would write differently: a float, an escape, a key that comes twice.
    const odd = fs.readFileSync(file, "utf8").replace('"outputs": []', '"outputs": [{"x": 1.0, "y": "\\u00e9"}]');
    fs.writeFileSync(file, odd);
    writeCellSources(file, ["const a = 2;\nconst b = 3;", "a"]);
    const expected = odd
      .replace('"const a = 1.50;"', '[\n    "const a = 2;\\n",\n    "const b = 3;"\n   ]')
      .replace('"source": "a"', '"source": [\n    "a"\n   ]');
    assert.equal(fs.readFileSync(file, "utf8"), expected);
    assert.deepEqual(readCellSources(file), ["const a = 2;\nconst b = 3;", "a"]);
  });

  test("writing what is there changes no byte of the series' notebooks", () => {
    for (const notebook of listNotebooks(NOTEBOOKS)) {
      const copy = path.join(folder, path.basename(notebook));
      fs.copyFileSync(notebook, copy);
      writeCellSources(copy, readCellSources(copy));
      assert.equal(fs.readFileSync(copy, "utf8"), fs.readFileSync(notebook, "utf8"), notebook);
    }
  });

  test("refuses another number of sources than the notebook has code cells", () => {
    const file = writeNotebook(path.join(folder, "01-count.ipynb"), notebookOf(["a", "b"]));
    assert.throws(() => writeCellSources(file, ["a"]), /expected 2 sources of code cells, found 1/);
  });
});

describe("a module of cells", () => {
  test("gives the cells back", () => {
    const sources = ["const a = 1;\n", "", "// a comment\na", "const b = `\n// In a string\n`;"];
    const file = writeNotebook(path.join(folder, "01-module.ipynb"), notebookOf(sources));
    const [module] = writeCellModules([file], "test/cell-modules");
    assert.deepEqual(cellsOfModule(fs.readFileSync(module.file, "utf8")), sources);
    assert.deepEqual(module.origin(1), { cell: 1, line: 1, source: "const a = 1;" });
  });
});

describe("formatCell", () => {
  const format = (source: string) => formatCell(source, path.join(NOTEBOOKS, "04-load.ipynb"));

  test("formats as Prettier does, without a line end after the last line", async () => {
    assert.equal(await format("const a = [ 1,2 ]\n\n\nawait show(a)"), "const a = [1, 2];\n\nawait show(a)");
  });

  test("keeps a last value the result and a silenced one silent", async () => {
    assert.equal(await format("a+1"), "a + 1");
    assert.equal(await format("a+1 // the result"), "a + 1 // the result");
    assert.equal(await format("a+1;"), "a + 1;");
  });

  test("breaks lines at 120 columns", async () => {
    const name = "a".repeat(70);
    assert.equal(await format(`call(${name}, ${name})`), `call(\n  ${name},\n  ${name},\n)`);
  });
});
