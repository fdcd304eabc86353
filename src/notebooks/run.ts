import fs from "node:fs";
import path from "node:path";
import { writeAtomically } from "../shared/atomic-write";
import { BUILD } from "../shared/paths";
import { nameOf } from "../shared/series";
import { executeNotebook } from "./execute";
import { headlineOf } from "./headline";
import { locate, type Located } from "./locate";
import { codeCells, readNotebook, textOf } from "./notebook";

/** The result of running one notebook. */
export interface NotebookRun {
  readonly name: string;
  /** Number of code cells. */
  readonly cells: number;
  readonly seconds: number;
  /** For example `test accuracy: 98.71 %`; may be empty. */
  readonly headline: string;
  /** The executed copy; its HTML rendering, if there is one, is beside it. */
  readonly executed: string;
  readonly failure?: CellFailure;
}

/** The first failure in a notebook. */
export interface CellFailure extends Located {
  /** The code cell, from 1: the number that JupyterLab shows beside it. */
  readonly cell: number;
  /** The cell's lines. */
  readonly source: readonly string[];
}

/** Where executed copies and HTML renderings go. */
export const EXECUTED = path.join(BUILD, "notebooks");

/** How to run a notebook. */
export interface RunOptions {
  /** Renders HTML too. By default there is only the executed copy. */
  readonly html?: boolean;
  /** Called before each code cell, counted from 1. */
  readonly onCell?: (cell: number, of: number) => void;
}

/**
 * Runs a notebook without changing its file; the executed copy goes to `folder`.
 *
 * @throws if the file isn't a notebook or its kernel can't be started
 */
export async function runNotebook(
  file: string,
  folder: string,
  { html = false, onCell }: RunOptions = {},
): Promise<NotebookRun> {
  const sources = codeCells(readNotebook(file)).map((cell) => textOf(cell.source));
  const name = nameOf(file);
  const executed = path.join(folder, `${name}.ipynb`);
  const start = Date.now();
  const targets = { notebook: executed, ...(html && { html: path.join(folder, `${name}.html`) }) };
  const failure = await executeNotebook(file, targets, onCell);
  const run = { name, cells: sources.length, seconds: (Date.now() - start) / 1000, executed };
  if (failure === undefined) return { ...run, headline: headlineOf(readNotebook(executed)) };
  const source = sources[failure.cell - 1].split("\n");
  return { ...run, headline: "", failure: { ...locate(failure, sources), cell: failure.cell, source } };
}

/** Replaces a notebook by its executed copy. */
export function saveOutputs(file: string, executed: string): void {
  writeAtomically(file, fs.readFileSync(executed));
}
