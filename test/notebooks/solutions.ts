import { checkDataFiles, FASHION_MNIST } from "../../src/helpers/mnist";
import { textOf, type Cell, type Notebook } from "../../src/notebooks/notebook";

/** A folded text: the solution of an exercise, or the answer to a question. */
export interface Folded {
  readonly kind: "solution" | "answer";
  /** The number of its exercise or question in the notebook. */
  readonly number: number;
  /** Its text without the TypeScript. */
  readonly prose: string;
  /** Its TypeScript; empty if there is none. */
  readonly code: string;
}

const FOLDED = /<details><summary>(Solution|Answer)<\/summary>([^]*?)<\/details>/g;
const FENCED = /^( *)```ts\n([^]*?)^ *```$/gm;

/** The folded solutions of a notebook, in order. */
export function solutionsOf(notebook: Notebook): Folded[] {
  return foldedOf(notebook, "solution");
}

/** The folded answers to a notebook's questions, in order. */
export function answersOf(notebook: Notebook): Folded[] {
  return foldedOf(notebook, "answer");
}

/** One kind of folded texts. The blocks of TypeScript of one count as one. */
function foldedOf({ cells }: Notebook, kind: Folded["kind"]): Folded[] {
  const markdown = cells.filter(({ cell_type }) => cell_type === "markdown").map(({ source }) => textOf(source));
  const all = [...markdown.join("\n\n").matchAll(FOLDED)].filter(([, summary]) => summary.toLowerCase() === kind);
  return all.map(([, , text], index) => {
    const blocks = [...text.matchAll(FENCED)].map(([, indent, code]) => code.replaceAll(`\n${indent}`, "\n").trim());
    return { kind, number: index + 1, prose: text.replace(FENCED, "").trim(), code: blocks.join("\n") };
  });
}

/** What a solution needs and isn't on this machine; `undefined` if it can run. */
export function missingFor({ code }: Folded): string | undefined {
  const needsClothes = code.includes("FASHION_MNIST") && !checkDataFiles(FASHION_MNIST).every(({ ok }) => ok);
  return needsClothes ? "needs Fashion-MNIST, which loadData downloads once" : undefined;
}

/** The notebook with the TypeScript of its solutions and answers as code cells at the end, after all of its own. */
export function withFolded(notebook: Notebook, folded: readonly Folded[]): Notebook {
  const added = folded.map(({ kind, number, code }): Cell => {
    const id = `${kind}-${number}`;
    return { cell_type: "code", id, metadata: {}, source: code, execution_count: null, outputs: [] };
  });
  return { ...notebook, cells: [...notebook.cells, ...added] };
}
