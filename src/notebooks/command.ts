import path from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../setup/paths";
import { progressLine } from "./progress";
import { EXECUTED, runNotebook, saveOutputs, type CellFailure, type NotebookRun } from "./run";
import { listNotebooks, nameOf, pick } from "./series";

/**
 * `npm run notebooks`: executes the series, or the notebooks that the arguments name, in order, and stops at the first
 * failing cell. With `--save` the outputs are written into the notebooks.
 *
 * @returns The exit code: 0 when all ran, 1 after a failure, 2 for arguments that make no sense.
 */
export async function runNotebooks(args: string[]): Promise<number> {
  let files: string[];
  let save: boolean;
  try {
    const { values, positionals } = parseArgs({ args, options: { save: { type: "boolean", default: false } }, allowPositionals: true });
    save = values.save;
    files = pick(listNotebooks(), positionals);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }

  const runs: NotebookRun[] = [];
  for (const file of files) {
    const line = progressLine(nameOf(file));
    const run = await runNotebook(file, EXECUTED, line.cell).catch((error: Error) => {
      line.end(error.message);
      return undefined;
    });
    if (run === undefined) return 1;
    if (run.failure) {
      line.end(`${run.name}  failed\n\n${describe(file, run.failure)}`);
      return 1;
    }
    line.end(`${run.name}  ${run.cells} cells, ${run.seconds.toFixed(1)} s`);
    if (save) saveOutputs(file, run.executed);
    runs.push(run);
  }
  console.log(`\n${table(runs)}\n`);
  const place = path.relative(ROOT, EXECUTED);
  console.log(save ? "The outputs are in the notebooks." : `Executed copies and HTML are in ${place}/.`);
  return 0;
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
