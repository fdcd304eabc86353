import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "vitest";
import { codeCells, readNotebook, type Notebook } from "../../src/notebooks/notebook";
import { runNotebook, type CellFailure } from "../../src/notebooks/run";
import { listNotebooks, nameOf } from "../../src/shared/series";
import { needs } from "../needs";
import { answersOf, missingFor, solutionsOf, withFolded, type Folded } from "./solutions";
import { makeWorkshop, writeNotebook } from "./workspace";

/**
 * Tests that every notebook runs in a kernel, in the order of the series: later ones start from what 09-fit saves.
 *
 * @param solutions whether the folded solutions and answers run too, each after all cells of its notebook
 */
export function runSeries(kernel: string, { solutions }: { solutions: boolean }): void {
  const what = solutions ? "every cell and every solution runs" : "every cell runs";
  describe(`In the kernel ${kernel}, on all the data, for one epoch, ${what}:`, () => {
    process.env.EPOCHS = "1";
    const workshop = makeWorkshop(`series-${kernel}`);
    for (const file of listNotebooks()) {
      const notebook = readNotebook(file);
      const answers = answersOf(notebook).filter(({ code }) => code !== "");
      const all = solutions ? [...solutionsOf(notebook), ...answers] : [];
      const runnable = all.filter((folded) => missingFor(folded) === undefined);

      test(nameOf(file), { timeout: 300_000 }, async () => {
        const kernelspec = { name: kernel, display_name: "TypeScript", language: "typescript" };
        const metadata = { ...notebook.metadata, kernelspec };
        const copy = { ...withFolded(notebook, runnable), metadata };
        const target = writeNotebook(path.join(workshop, path.basename(file)), copy);
        const { failure, executed } = await runNotebook(target, path.join(workshop, "executed"));
        if (failure) assert.fail(describeFailure(failure, codeCells(notebook).length, runnable));
        assert.deepEqual(silentSolutions(readNotebook(executed)), [], "these solutions show nothing");
      });

      for (const folded of all.filter((one) => !runnable.includes(one))) {
        test(`${nameOf(file)}, ${folded.kind} ${folded.number}`, needs(missingFor(folded)), () => {});
      }
    }
  });
}

function describeFailure({ cell, line, message, source }: CellFailure, ownCells: number, added: readonly Folded[]) {
  const folded = added.at(cell - ownCells - 1);
  const place = cell > ownCells ? `${folded?.kind} ${folded?.number}` : `cell [${cell}]`;
  return `${place}, line ${line ?? "unknown"}: ${message}\n${source.join("\n")}`;
}

function silentSolutions(notebook: Notebook): (string | undefined)[] {
  const added = codeCells(notebook).filter(({ id }) => id?.startsWith("solution-"));
  return added.filter(({ outputs = [] }) => outputs.length === 0).map(({ id }) => id);
}
