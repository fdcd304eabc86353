import path from "node:path";
import { readParameters } from "../helpers/workbook/parameters";
import { alignedTable } from "../shared/aligned-table";
import { NOTEBOOKS } from "../shared/paths";
import { listNotebooks, nameOf, pick } from "../shared/series";
import { progressLine } from "./progress";
import { EXECUTED, runNotebook, saveOutputs, type CellFailure, type NotebookRun } from "./run";

const USAGE = "Usage: npm run notebooks -- [--save] [NOTEBOOK …], for example: npm run notebooks -- 04 05-preprocess";

/** Where the notebooks are and where executed copies and HTML go. */
interface Folders {
  readonly notebooks: string;
  readonly executed: string;
}

/**
 * `npm run notebooks`: runs the whole series, or the notebooks that the arguments name, in order, and stops at the
 * first failing cell. `--save` writes the outputs into the notebooks.
 *
 * @returns the exit code: 0 if all ran, 1 after a failure, 2 for invalid arguments or parameters
 */
export async function runNotebooks(
  args: string[],
  { notebooks, executed }: Folders = { notebooks: NOTEBOOKS, executed: EXECUTED },
): Promise<number> {
  let choice: Choice;
  try {
    choice = choose(args, listNotebooks(notebooks));
    // The kernels inherit the environment: report an invalid parameter now rather than an hour later.
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
  const header = ["notebook", "cells", "seconds", "headline"];
  const rows = runs.map((run) => [run.name, String(run.cells), run.seconds.toFixed(1), run.headline]);
  console.log(`\n${alignedTable([header, ...rows], { rightAligned: [1, 2] })}\n`);
  console.log(
    choice.save
      ? "Saved the outputs in the notebooks."
      : `Executed copies and HTML are in ${path.relative(process.cwd(), executed)}.`,
  );
  return 0;
}

interface Choice {
  readonly files: readonly string[];
  readonly save: boolean;
}

/** @throws if the arguments are invalid; the message says how */
function choose(args: string[], files: readonly string[]): Choice {
  const words = args.filter((word) => word !== "--save");
  const unknown = words.find((word) => word.startsWith("-"));
  if (unknown !== undefined) throw new Error(`unknown option ${unknown}.\n${USAGE}`);
  return { save: words.length < args.length, files: pick(files, words) };
}

/** Runs a notebook, printing progress and any failure. Returns `undefined` if it couldn't be started. */
async function runWithProgress(file: string, folder: string): Promise<NotebookRun | undefined> {
  const line = progressLine(nameOf(file));
  try {
    const run = await runNotebook(file, folder, { html: true, onCell: line.cell });
    line.end(run.failure ? `${run.name}  failed` : `${run.name}  ${run.cells} cells, ${run.seconds.toFixed(1)} s`);
    if (run.failure) console.error(`\n${describe(file, run.failure)}`);
    return run;
  } catch (error) {
    line.end(`${nameOf(file)}  failed`);
    console.error(`\n${(error as Error).message}`);
    return undefined;
  }
}

/** A failure with its notebook, cell, line, surrounding source and error. */
function describe(file: string, { cell, line, source, message }: CellFailure): string {
  const place = `${path.relative(process.cwd(), file)}, cell [${cell}]`;
  if (line === undefined) return `${place}\n\n${sourceAround(source)}\n\n${message}`;
  return `${place}, line ${line}\n\n${sourceAround(source, line)}\n\n${message}`;
}

/** The source lines around the marked line, numbered; the beginning of the source if no line is marked. */
function sourceAround(source: readonly string[], marked = 0, around = 3): string {
  const first = Math.max(0, marked - 1 - around);
  return source
    .slice(first, Math.max(marked, 1) + around)
    .map((text, index) => {
      const line = first + index + 1;
      return `${line === marked ? ">" : " "} ${String(line).padStart(3)} | ${text}`;
    })
    .join("\n");
}
