import fs from "node:fs";

/** A text of a notebook file: one string, or its lines with their line ends. */
export type MultilineText = string | readonly string[];

/** One output of a code cell, as nbformat 4 has it. */
export interface Output {
  readonly output_type: "stream" | "display_data" | "execute_result" | "error";
  /** Of a stream: `stdout` or `stderr`. */
  readonly name?: string;
  /** Of a stream. */
  readonly text?: MultilineText;
  /** Of a display or a result: its representations by MIME type. */
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

/** A notebook file of format 4. */
export interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata: {
    readonly kernelspec?: { readonly name: string; readonly display_name: string; readonly language?: string };
  } & Readonly<Record<string, unknown>>;
  readonly nbformat: number;
  readonly nbformat_minor: number;
}

/** @throws Error naming the file if it is no notebook of format 4. */
export function readNotebook(file: string): Notebook {
  let notebook: Notebook;
  try {
    notebook = JSON.parse(fs.readFileSync(file, "utf8")) as Notebook;
  } catch (error) {
    throw new Error(`${file}: expected a notebook, found no JSON (${(error as Error).message})`);
  }
  if (notebook.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new Error(
      `${file}: expected a notebook of format 4, found format ${notebook.nbformat}. Save it anew in JupyterLab.`,
    );
  }
  return notebook;
}

/** The text as one string. */
export function textOf(text: MultilineText): string {
  return typeof text === "string" ? text : text.join("");
}

/** The code cells in order; a cell's number, as JupyterLab shows it in brackets after a run of all cells, is its place here plus one. */
export function codeCells(notebook: Notebook): Cell[] {
  return notebook.cells.filter((cell) => cell.cell_type === "code");
}
