import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { checkForm } from "../../src/notebooks/form";
import { readNotebook } from "../../src/notebooks/notebook";
import { runNotebook } from "../../src/notebooks/run";
import { listNotebooks, nameOf } from "../../src/notebooks/series";
import { checkTypes, formatTypeError } from "../../src/notebooks/typecheck";
import { KERNEL_NAME } from "../../src/setup/paths";
import { installUnmodifiedTslab, makeWorkshop, writeNotebook } from "./workspace";

const notebooks = listNotebooks();
const series = notebooks.map((file) => path.basename(file));

describe("The notebooks of the series", () => {
  it("are there", () => {
    assert.notEqual(notebooks.length, 0);
  });

  it("have no type error under the project's strict settings", () => {
    assert.deepEqual(checkTypes(notebooks).map(formatTypeError), []);
  });

  for (const file of notebooks) {
    it(`${nameOf(file)} has the form of the series`, () => {
      assert.deepEqual(checkForm(file, readNotebook(file), fs.statSync(file).size, series), []);
    });
  }
});

// In the order of the series: later notebooks start from what 09-fit saves.
const unmodified = installUnmodifiedTslab();
for (const kernel of [KERNEL_NAME, unmodified]) {
  describe(`In the kernel ${kernel}, on all the data, for one epoch, every cell runs:`, () => {
    process.env.EPOCHS = "1";
    const workshop = makeWorkshop(`series-${kernel}`);
    for (const file of notebooks) {
      it(nameOf(file), { timeout: 300_000 }, async () => {
        const notebook = readNotebook(file);
        const kernelspec = { name: kernel, display_name: "TypeScript", language: "typescript" };
        const metadata = { ...notebook.metadata, kernelspec };
        const copy = writeNotebook(path.join(workshop, path.basename(file)), { ...notebook, metadata });
        const { failure } = await runNotebook(copy, path.join(workshop, "executed"));
        if (failure) assert.fail(`cell [${failure.cell}], line ${failure.line ?? "unknown"}: ${failure.message}\n${failure.source.join("\n")}`);
      });
    }
  });
}
