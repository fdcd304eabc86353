import fs from "node:fs";

/** Text in a notebook file: one string, or its lines with their line endings. */
export type MultilineText = string | readonly string[];

/** One output of a code cell, as nbformat 4 has it. */
export interface Output {
  readonly output_type: "stream" | "display_data" | "execute_result" | "error";
  /** Of a stream: `stdout` or `stderr`. */
  readonly name?: string;
  /** Of a stream. */
  readonly text?: MultilineText;
  /** Of a display or a result: its representations, by MIME type. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Of an error. */
  readonly ename?: string;
  /** Of an error. */
  readonly evalue?: string;
}

export interface Cell {
  readonly cell_type: "markdown" | "code" | "raw";
  readonly id?: string;
  readonly source: MultilineText;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly execution_count?: number | null;
  readonly outputs?: readonly Output[];
}

/** A notebook file in nbformat 4. */
export interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata: {
    readonly kernelspec?: { readonly name: string; readonly display_name: string; readonly language?: string };
  } & Readonly<Record<string, unknown>>;
  readonly nbformat: number;
  readonly nbformat_minor: number;
}

/** @throws if the file isn't a notebook in format 4; the message names the file */
export function readNotebook(file: string): Notebook {
  let notebook: Notebook;
  try {
    notebook = JSON.parse(fs.readFileSync(file, "utf8")) as Notebook;
  } catch (error) {
    throw new Error(`${file}: expected a notebook, found invalid JSON (${(error as Error).message})`, { cause: error });
  }
  if (notebook.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new Error(
      `${file}: expected a notebook in format 4, found format ${notebook.nbformat}. Save it again in JupyterLab.`,
    );
  }
  return notebook;
}

/** Joins a text to one string. */
export function textOf(text: MultilineText): string {
  return typeof text === "string" ? text : text.join("");
}

/**
 * The code cells in order. After all cells have run, the number that JupyterLab shows beside a cell is its index here
 * plus 1.
 */
export function codeCells(notebook: Notebook): Cell[] {
  return notebook.cells.filter((cell) => cell.cell_type === "code");
}

/** Whether a cell is the empty one below an exercise, for the reader's own code: `your-turn-1`, `your-turn-2`, … */
export function isYourTurn({ id }: Cell): boolean {
  return id?.startsWith("your-turn-") ?? false;
}
