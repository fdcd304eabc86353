import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "vitest";
import { readNotebook } from "../../src/notebooks/notebook";
import { runNotebook } from "../../src/notebooks/run";
import { listNotebooks, nameOf } from "../../src/shared/series";
import { makeWorkshop, writeNotebook } from "./workspace";

/** Tests that every notebook runs in a kernel, in the order of the series: later ones start from what 09-fit saves. */
export function runSeries(kernel: string): void {
  describe(`In the kernel ${kernel}, on all the data, for one epoch, every cell runs:`, () => {
    process.env.EPOCHS = "1";
    const workshop = makeWorkshop(`series-${kernel}`);
    for (const file of listNotebooks()) {
      test(nameOf(file), { timeout: 300_000 }, async () => {
        const notebook = readNotebook(file);
        const kernelspec = { name: kernel, display_name: "TypeScript", language: "typescript" };
        const metadata = { ...notebook.metadata, kernelspec };
        const copy = writeNotebook(path.join(workshop, path.basename(file)), { ...notebook, metadata });
        const { failure } = await runNotebook(copy, path.join(workshop, "executed"));
        if (failure)
          assert.fail(
            `cell [${failure.cell}], line ${failure.line ?? "unknown"}: ${failure.message}\n${failure.source.join("\n")}`,
          );
      });
    }
  });
}
