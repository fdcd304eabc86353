import fs from "node:fs";
import { SourceMap } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { bold, cyan, dim, excerpt, red } from "../../shared/excerpt";
import { PREFIX_LINES } from "../compiler/cells";
import type { ErrorContent } from "../compiler/diagnostics";

/** Cells whose source is kept, for errors in functions that they declared. */
const KEPT_CELLS = 1000;
/** Causes that are followed. */
const LONGEST_CHAIN = 8;

interface CellSource {
  readonly code: string;
  /** Parsed when the first error in the cell asks for them. */
  readonly sourceMaps: readonly string[];
}

/** A frame of a stack trace: a function's name and, where it is known, the place in the source. */
interface Frame {
  readonly text: string;
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

/** Where cells awaited what failed; V8's own stacks end at a promise that is not awaited directly. */
const awaitedAt = new WeakMap<object, { stack?: string }[]>();

/** The place from which `caller` was called, cheap until it is read. */
export function placeOf(caller: (...parameters: never[]) => unknown): { stack?: string } {
  const place: { stack?: string } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(place, caller);
  Error.stackTraceLimit = stackTraceLimit;
  return place;
}

/** Notes that an await at `place` failed with `reason`. */
export function noteAwait(reason: unknown, place: { stack?: string }): void {
  if (!(reason instanceof Error)) return;
  const places = awaitedAt.get(reason);
  if (places) places.push(place);
  else awaitedAt.set(reason, [place]);
}

/** Describes errors by the places in the TypeScript that the reader wrote. */
export class Errors {
  private readonly cells = new Map<string, CellSource>();
  /** Whether frames of the kernel and of Node are shown as well. */
  showInternals = false;

  /** Remembers the source of the cell whose script is called `label`. */
  remember(label: string, code: string, sourceMaps: readonly string[]): void {
    this.cells.delete(label);
    this.cells.set(label, { code, sourceMaps });
    while (this.cells.size > KEPT_CELLS) this.cells.delete(this.cells.keys().next().value as string);
  }

  /**
   * The error as the protocol has it.
   * @param origin said before the error's name where it did not come from the running cell
   */
  describe(error: unknown, origin = ""): ErrorContent {
    const { name, message } = identify(error);
    const traceback = this.traceback(error, origin);
    for (
      let cause = causeOf(error), depth = 0;
      cause !== undefined && depth < LONGEST_CHAIN;
      cause = causeOf(cause), depth++
    ) {
      traceback.push("", dim("caused by"), ...this.traceback(cause, ""));
    }
    return { ename: name, evalue: origin + message, traceback };
  }

  private traceback(error: unknown, origin: string): string[] {
    const { name, message } = identify(error);
    const lines = [`${origin}${red(bold(name))}: ${message}`];
    let shown = false;
    for (const frame of this.frames(error)) {
      lines.push(`    at ${frame.text}`);
      const source = shown || frame.file === undefined ? undefined : this.source(frame.file);
      if (source === undefined) continue;
      lines.push("", ...excerpt(source, frame.line, frame.column), "");
      shown = true;
    }
    while (lines.at(-1) === "") lines.pop();
    if (error instanceof AggregateError) {
      for (const part of error.errors as unknown[])
        lines.push("", ...this.traceback(part, "").map((line) => `  ${line}`));
    }
    return lines;
  }

  private frames(error: unknown): Frame[] {
    if (!(error instanceof Error) || typeof error.stack !== "string") return [];
    const awaits = (awaitedAt.get(error) ?? []).map((place) => (place.stack ?? "").replace(/^(\s+at )/gm, "$1async "));
    const frames = [error.stack, ...awaits]
      .flatMap((stack) => stack.split("\n").filter((line) => /^\s+at /.test(line)))
      .map((line) => this.frame(line.trim().slice("at ".length)))
      .filter((frame) => this.showInternals || !isInternal(frame));
    const seen = new Set<string>();
    return frames.filter(({ text }) => !/async /.test(text) || (!seen.has(text) && seen.add(text)));
  }

  private frame(text: string): Frame {
    const parts = /^(?:async (?!.*\())?(?:(.*?) \()?(.*?):(\d+):(\d+)\)?$/.exec(text);
    if (!parts) return { text, line: 0, column: 0 };
    const [, rawName, rawFile, rawLine, rawColumn] = parts;
    // Functions of earlier cells are called as methods of the object that holds the cells' variables.
    const name = rawName?.replace(/\bProxy\./, "");
    const rawPlace = { line: Number(rawLine), column: Number(rawColumn) };
    const file = rawFile.startsWith("file://") ? fileURLToPath(rawFile) : rawFile;
    const cell = this.cells.get(file);
    const { line, column } = cell ? toSource(cell, rawPlace) : rawPlace;
    const shown = cell || !path.isAbsolute(file) ? file : path.relative(process.cwd(), file);
    const place = cyan(`${shown}:${line}:${column}`);
    return { text: name ? `${name} (${place})` : place, file, line, column };
  }

  /** The source whose line is worth showing: a cell, or a file of the project. */
  private source(file: string): string | undefined {
    const cell = this.cells.get(file);
    if (cell) return cell.code;
    if (!path.isAbsolute(file) || file.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
    try {
      return fs.readFileSync(file, "utf8");
    } catch {
      return undefined; // Code that was never in a file.
    }
  }
}

/** Whether a frame is the kernel's, tslab's, the TypeScript loader's or Node's. */
function isInternal({ file }: Frame): boolean {
  if (file === undefined) return false;
  return (
    file.startsWith("node:") ||
    file.startsWith(__dirname) ||
    /[\\/]node_modules[\\/](tslab|@tslab|tsx|esbuild)[\\/]/.test(file)
  );
}

/** The place in a cell's TypeScript of a place in the JavaScript that runs. */
function toSource(cell: CellSource, place: { line: number; column: number }): { line: number; column: number } {
  let { line, column } = { line: place.line - 1, column: place.column - 1 };
  for (const map of cell.sourceMaps) {
    const entry = new SourceMap(JSON.parse(map)).findEntry(line, column);
    if ("originalLine" in entry) {
      line = entry.originalLine;
      column = entry.originalColumn;
    }
  }
  return { line: line + 1 - PREFIX_LINES, column: column + 1 };
}

/** Name and message of anything that can be thrown. */
function identify(error: unknown): { name: string; message: string } {
  if (error instanceof Error) return { name: error.name || error.constructor.name, message: error.message };
  return { name: "Thrown value", message: inspect(error) };
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
