import { checkDataFiles, FASHION_MNIST } from "../../src/helpers/mnist";
import { textOf, type Cell, type Notebook } from "../../src/notebooks/notebook";

/** The folded solution of an exercise. */
export interface Solution {
  /** The exercise's number in its notebook. */
  readonly exercise: number;
  /** Its TypeScript; empty if there is none. */
  readonly code: string;
}

const FOLDED = /<details>([^]*?)<\/details>/g;
const FENCED = /^( *)```ts\n([^]*?)^ *```$/gm;

/** The folded solutions of a notebook, in order. A solution's blocks of TypeScript count as one. */
export function solutionsOf({ cells }: Notebook): Solution[] {
  const markdown = cells.filter(({ cell_type }) => cell_type === "markdown").map(({ source }) => textOf(source));
  return [...markdown.join("\n\n").matchAll(FOLDED)].map(([, folded], index) => {
    const blocks = [...folded.matchAll(FENCED)].map(([, indent, code]) => code.replaceAll(`\n${indent}`, "\n").trim());
    return { exercise: index + 1, code: blocks.join("\n") };
  });
}

/** What a solution needs and isn't on this machine; `undefined` if it can run. */
export function missingFor({ code }: Solution): string | undefined {
  const needsClothes = code.includes("FASHION_MNIST") && !checkDataFiles(FASHION_MNIST).every(({ ok }) => ok);
  return needsClothes ? "needs Fashion-MNIST, which loadData downloads once" : undefined;
}

/** The notebook with its solutions as code cells at the end, after all of its own. */
export function withSolutions(notebook: Notebook, solutions: readonly Solution[]): Notebook {
  const added = solutions.map(({ exercise, code }): Cell => {
    const id = `solution-${exercise}`;
    return { cell_type: "code", id, metadata: {}, source: code, execution_count: null, outputs: [] };
  });
  return { ...notebook, cells: [...notebook.cells, ...added] };
}
