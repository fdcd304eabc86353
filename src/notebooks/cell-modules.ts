import fs from "node:fs";
import path from "node:path";
import { BUILD } from "../shared/paths";
import { nameOf } from "../shared/series";
import { codeCells, readNotebook, textOf } from "./notebook";

/** A line of a module that is made of cells, and the cell that it comes from. */
export interface CellLine {
  /** The code cell, from 1. */
  readonly cell: number;
  /** The cell's line, from 1. */
  readonly line: number;
  readonly source: string;
}

/** A notebook's code cells as one module on disk. */
export interface CellModule {
  readonly file: string;
  readonly notebook: string;
  /** Where a line of the module (from 0) comes from. A line beyond the cells counts as the last cell's last line. */
  origin(line: number): CellLine;
}

/** Comes before each cell, so that a tool that rewrites the module leaves its cells recognisable. */
const HEADING = /^\/\/ In \[\d+\]\n/m;

/**
 * Writes each notebook's code cells as one module, to `build/<folder>`: inside the project, so that imports resolve as
 * they do in notebooks/.
 */
export function writeCellModules(notebooks: readonly string[], folder: string): CellModule[] {
  const target = path.join(BUILD, folder);
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  return notebooks.map((notebook) => {
    const lines = codeCells(readNotebook(notebook)).flatMap(({ source }, index) => [
      { cell: index + 1, line: 1, source: `// In [${index + 1}]` },
      ...textOf(source)
        .split("\n")
        .map((text, line) => ({ cell: index + 1, line: line + 1, source: text })),
    ]);
    const file = path.join(target, `${nameOf(notebook)}.ts`);
    // The last line makes it a module even if no cell imports anything, so that notebooks don't see each other's names.
    fs.writeFileSync(file, `${lines.map(({ source }) => `${source}\n`).join("")}export {};\n`);
    return { file, notebook, origin: (line) => lines[Math.min(line, lines.length - 1)] };
  });
}

/** The sources of the cells in the text of a module that {@link writeCellModules} made and a tool may have edited. */
export function cellsOfModule(text: string): string[] {
  return text
    .replace(/\nexport \{\};\n$/, "")
    .split(HEADING)
    .slice(1)
    .map((source, index, { length }) => (index < length - 1 ? source.replace(/\n$/, "") : source));
}
