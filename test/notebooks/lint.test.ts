import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { lintNotebook } from "../../src/notebooks/lint";
import type { Cell, Notebook, Output } from "../../src/notebooks/notebook";
import { notebookOf } from "./workspace";

const SERIES = ["04-load.ipynb", "05-preprocess.ipynb"];

/** A faultless notebook of one code cell with the given output. */
function good(source = "1 + 1", outputs: readonly Output[] = []): Notebook {
  const notebook = notebookOf([source]);
  const cells = notebook.cells.map((cell) =>
    cell.cell_type === "code" ? { ...cell, execution_count: 1, outputs } : cell,
  );
  const link: Cell = { cell_type: "markdown", id: "next", metadata: {}, source: "Next: [05](05-preprocess.ipynb)" };
  return { ...notebook, cells: [...cells, link] };
}

function withCell(index: number, change: Partial<Cell>): Notebook {
  const notebook = good();
  return { ...notebook, cells: notebook.cells.map((cell, place) => (place === index ? { ...cell, ...change } : cell)) };
}

function faults(notebook: Notebook, file = SERIES[0], bytes = 1000): string {
  return lintNotebook(file, notebook, bytes, SERIES).join("\n");
}

function stdout(text: string): Output {
  return { output_type: "stream", name: "stdout", text };
}

describe("lintNotebook", () => {
  test("finds nothing in a correct notebook", () => {
    assert.equal(faults(good()), "");
    assert.equal(faults(good(), SERIES[1]), "", "the last notebook needs no link to a next one");
  });

  test("finds a second title, a title in a later cell and none", () => {
    assert.match(faults(withCell(2, { source: "# Another\n[05](05-preprocess.ipynb)" })), /one top heading, found 2/);
    assert.match(faults(withCell(0, { source: "no title" })), /one top heading, found 0/);
    const late = good();
    assert.match(faults({ ...late, cells: [...late.cells.slice(1), late.cells[0]] }), /in the first cell/);
  });

  test("doesn't mistake a line of a code block for a title", () => {
    assert.equal(faults(withCell(0, { source: "# Title\n```python\n# a comment\n```" })), "");
  });

  test("finds missing and repeated ids", () => {
    assert.match(faults(withCell(1, { id: undefined })), /cell 2 has no id/);
    assert.match(faults(withCell(1, { id: "title" })), /two cells have the id title/);
  });

  test("finds the wrong kernel", () => {
    const notebook = good();
    const kernelspec = { name: "python3", display_name: "TypeScript", language: "typescript" };
    assert.match(faults({ ...notebook, metadata: { kernelspec } }), /kernelspec's name to be tslab, found python3/);
    assert.match(faults({ ...notebook, metadata: {} }), /found undefined/);
  });

  test("finds cells that weren't run, weren't run in order, or are empty", () => {
    assert.match(faults(withCell(1, { execution_count: null })), /cell \[1\]: expected execution count 1, found null/);
    assert.match(faults(withCell(1, { execution_count: 2 })), /expected execution count 1, found 2/);
    assert.match(faults(withCell(1, { source: " \n" })), /is empty/);
  });

  test("finds errors and standard error in outputs", () => {
    assert.match(
      faults(good("x", [{ output_type: "error", ename: "RangeError", evalue: "too far" }])),
      /RangeError: too far/,
    );
    assert.match(faults(good("x", [{ output_type: "stream", name: "stderr", text: ["oh\n"] }])), /standard error: oh/);
  });

  for (const [what, text] of [
    ["an absolute path", "saved to /home/reader/model.json"],
    ["an absolute path", "Error\n    at file:///tmp/a.js:1:1"],
    ["a log line", "fine\n2026-11-24 06:42:26.123456: I tensorflow/core/util/port.cc:153] oneDNN"],
    ["a log line", "I0000 00:00:1732 cuda.cc:1] none"],
    ["a warning", "(node:12) [DEP0040] punycode"],
    ["a warning", "WARNING: slow"],
  ]) {
    test(`finds ${what} in "${text}"`, () => {
      assert.match(faults(good("x", [stdout(text)])), new RegExp(`has ${what}`));
      assert.match(
        faults(good("x", [{ output_type: "display_data", data: { "text/html": [text] } }])),
        new RegExp(`has ${what}`),
      );
    });
  }

  test("doesn't mistake shapes, fractions, links and closing tags for paths", () => {
    const text = "<b>loss</b> 3/4, 28/28 px, https://example.org/home/x, </tmp> data/cache/x";
    assert.equal(faults(good("x", [stdout(text)])), "");
  });

  test("ignores styles and scripts in HTML outputs", () => {
    const html = "<style>.a { --warn: red }</style><script>console.warn(1)</script><b>loss</b>";
    assert.equal(faults(good("x", [{ output_type: "display_data", data: { "text/html": html } }])), "");
  });

  test("finds a file that is too large, a wrong name and a number used twice", () => {
    assert.match(faults(good(), SERIES[0], 1_000_000), /less than 1000000 bytes, found 1000000/);
    assert.match(faults(good(), "load.ipynb"), /a name like 04-load.ipynb, found load.ipynb/);
    assert.match(
      lintNotebook("04-load.ipynb", good(), 1, [...SERIES, "04-other.ipynb"]).join("\n"),
      /04-other.ipynb has the same number, 04/,
    );
  });

  test("finds a missing link to the next notebook and a broken link", () => {
    assert.match(faults(withCell(2, { source: "The end" })), /expected a link to the next notebook, 05-preprocess/);
    assert.match(
      faults(withCell(2, { source: "[a](05-preprocess.ipynb) [b](./12-gone.ipynb#part)" })),
      /links to 12-gone.ipynb, which doesn't exist/,
    );
  });

  test("finds imports that other readers' kernels don't resolve", () => {
    assert.match(faults(good('import { x } from "../src/helpers";')), /imports \.\.\/src\/helpers/);
    assert.match(faults(good('import "lodash";')), /imports lodash/);
    assert.equal(
      faults(
        good(
          'import fs from "node:fs";\nimport {\n  tf,\n  show,\n} from "cnn-helpers";\nimport * as aq from "arquero";',
        ),
      ),
      "",
    );
  });
});
