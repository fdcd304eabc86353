import path from "node:path";
import { readParameters } from "../helpers/workbook/parameters";
import { NOTEBOOKS } from "../shared/paths";
import { listNotebooks, nameOf, pick } from "../shared/series";
import { progressLine } from "./progress";
import { EXECUTED, runNotebook, saveOutputs, type CellFailure, type NotebookRun } from "./run";

const USAGE = "Usage: npm run notebooks -- [--save] [number or name of a notebook] …";

/** Where the notebooks are and where executed copies and HTML go. */
interface Folders {
  readonly notebooks: string;
  readonly executed: string;
}

/**
 * `npm run notebooks`: executes the series, or the notebooks that the arguments name, in order, and stops at the first
 * failing cell. With `--save` the outputs are written into the notebooks.
 *
 * @returns The exit code: 0 when all ran, 1 after a failure, 2 for arguments or parameters that make no sense.
 */
export async function runNotebooks(
  args: string[],
  { notebooks, executed }: Folders = { notebooks: NOTEBOOKS, executed: EXECUTED },
): Promise<number> {
  let choice: Choice;
  try {
    choice = choose(args, listNotebooks(notebooks));
    // The kernels inherit the environment; what they would stumble over an hour later is said now.
    readParameters();
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  const runs: NotebookRun[] = [];
  for (const file of choice.files) {
    const run = await runWithProgress(file, executed);
    if (run === undefined || run.failure) return 1;
    if (choice.save) saveOutputs(file, run.executed);
    runs.push(run);
  }
  console.log(`\n${table(runs)}\n`);
  console.log(
    choice.save
      ? "The outputs are in the notebooks."
      : `Executed copies and HTML are in ${path.relative(process.cwd(), executed)}.`,
  );
  return 0;
}

interface Choice {
  readonly files: readonly string[];
  readonly save: boolean;
}

/** @throws Error that says what is wrong with the arguments. */
function choose(args: string[], files: readonly string[]): Choice {
  const words = args.filter((word) => word !== "--save");
  const unknown = words.find((word) => word.startsWith("-"));
  if (unknown !== undefined) throw new Error(`there is no option ${unknown}.\n${USAGE}`);
  return { save: words.length < args.length, files: pick(files, words) };
}

/** Prints how the notebook goes and what went wrong. @returns `undefined` if it could not even be started. */
async function runWithProgress(file: string, folder: string): Promise<NotebookRun | undefined> {
  const line = progressLine(nameOf(file));
  try {
    const run = await runNotebook(file, folder, line.cell);
    line.end(run.failure ? `${run.name}  failed` : `${run.name}  ${run.cells} cells, ${run.seconds.toFixed(1)} s`);
    if (run.failure) console.error(`\n${describe(file, run.failure)}`);
    return run;
  } catch (error) {
    line.end(`${nameOf(file)}  failed`);
    console.error(`\n${(error as Error).message}`);
    return undefined;
  }
}

/** Notebook, cell, line, the source around it, and the error. */
function describe(file: string, { cell, line, source, message }: CellFailure): string {
  const place = `${path.relative(process.cwd(), file)}, cell [${cell}]`;
  if (line === undefined) return `${place}\n\n${excerpt(source)}\n\n${message}`;
  return `${place}, line ${line}\n\n${excerpt(source, line)}\n\n${message}`;
}

/** The source with line numbers, around the given line, which is marked; its beginning where there is none. */
function excerpt(source: readonly string[], marked = 0, around = 3): string {
  const first = Math.max(0, marked - 1 - around);
  return source
    .slice(first, Math.max(marked, 1) + around)
    .map((text, index) => {
      const line = first + index + 1;
      return `${line === marked ? ">" : " "} ${String(line).padStart(3)} | ${text}`;
    })
    .join("\n");
}

function table(runs: readonly NotebookRun[]): string {
  const rows = [
    ["notebook", "cells", "seconds", "ended with"],
    ...runs.map(({ name, cells, seconds, figure }) => [name, String(cells), seconds.toFixed(1), figure]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const isNumber = [false, true, true, false];
  return rows
    .map((row) =>
      row
        .map((text, column) => (isNumber[column] ? text.padStart(widths[column]) : text.padEnd(widths[column])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
