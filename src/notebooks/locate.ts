import { stripVTControlCharacters } from "node:util";
import { sourceLine } from "./emitted";
import type { Failure } from "./execute";

/** Where a failure happened in the notebook's source. */
export interface Located {
  /** The line in the cell's source, from 1; `undefined` if the kernel doesn't say. */
  readonly line?: number;
  /** What went wrong, without stack frames. */
  readonly message: string;
}

/** A type error of unmodified tslab: `3:7 - Type 'number' …`. */
const TYPE_ERROR = /^(\d+):(\d+) - /m;
/**
 * A stack frame of unmodified tslab; one without a function name is the cell's own code, not an earlier cell's
 * function.
 */
const OWN_FRAME = /^ +at (?:async )?evalmachine\.<anonymous>:(\d+)/m;
const ANY_FRAME = /evalmachine\.<anonymous>:(\d+)/;

/**
 * Finds the line where a cell failed and its message in what the kernel reported. The project's kernel names the cell
 * and the line (`In [3]:2:7`); unmodified tslab names a line of the JavaScript it compiled the cell to.
 *
 * @param sources the notebook's code cells in order
 */
export function locate(failure: Failure, sources: readonly string[]): Located {
  return { line: findLine(failure, sources), message: readable(failure) };
}

function findLine({ cell, message, traceback }: Failure, sources: readonly string[]): number | undefined {
  const named = new RegExp(`\\bIn \\[${cell}\\]:(\\d+):`).exec(stripVTControlCharacters(traceback.join("\n")));
  if (named) return Number(named[1]);
  const typeError = TYPE_ERROR.exec(message);
  if (typeError) return Number(typeError[1]);
  const frame = OWN_FRAME.exec(message) ?? ANY_FRAME.exec(message);
  return frame ? sourceLine(sources.slice(0, cell), Number(frame[1])) : undefined;
}

/** The message without stack frames and without the JavaScript excerpt that Node puts before some messages. */
function readable({ kind, name, message }: Failure): string {
  const text = message
    .replace(/^\S+:\d+\n[^]*?\n *\^+\n+/, "")
    .replace(/^ {4,}at [^]*/m, "")
    .replace(TYPE_ERROR, "")
    .trim();
  if (kind === "stderr") return `wrote to standard error: ${text}`;
  return kind === "error" && name && name !== "Error" ? `${name}: ${text}` : text;
}
