import { stripVTControlCharacters } from "node:util";
import { sourceLine } from "./emitted";
import type { Failure } from "./execute";

/** A failure in the reader's terms. */
export interface Located {
  /** The line of the cell's source, from 1; `undefined` where the kernel gives no way to tell. */
  readonly line?: number;
  /** What went wrong, without stack frames. */
  readonly message: string;
}

/** An unmodified tslab's type error: `3:7 - Type 'number' …`. */
const TYPE_ERROR = /^(\d+):(\d+) - /m;
/** An unmodified tslab's frame; one without a function's name is the cell's own code, not a function of an earlier cell. */
const OWN_FRAME = /^ +at (?:async )?evalmachine\.<anonymous>:(\d+)/m;
const ANY_FRAME = /evalmachine\.<anonymous>:(\d+)/;

/**
 * Where in its cell a failure happened, and its message, from what the kernel reported. The project's kernel names the
 * cell and the line (`In [3]:2:7`); an unmodified tslab names a line of the JavaScript that it made of the cell.
 *
 * @param sources The notebook's code cells in order.
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

/** The message without stack frames and without the excerpt of JavaScript that Node puts before some. */
function readable({ kind, name, message }: Failure): string {
  const text = message
    .replace(/^\S+:\d+\n[^]*?\n *\^+\n+/, "")
    .replace(/^ {4,}at [^]*/m, "")
    .replace(TYPE_ERROR, "")
    .trim();
  if (kind === "stderr") return `text on standard error: ${text}`;
  return kind === "error" && name && name !== "Error" ? `${name}: ${text}` : text;
}
