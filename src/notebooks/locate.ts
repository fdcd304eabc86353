import type { Failure } from "./execute";
import { sourceLine } from "./emitted";

/** A failure in the reader's terms. */
export interface Located {
  /** The line of the cell's source, from 1; `undefined` where the kernel gives no way to tell. */
  readonly line?: number;
  /** What went wrong, without stack frames. */
  readonly message: string;
}

const TYPE_ERROR = /^(\d+):(\d+) - /m;
const EMITTED_FRAME = /evalmachine\.<anonymous>:(\d+)/;

/**
 * Where in its cell a failure happened, and its message, from what the kernel reported.
 *
 * @param sources The notebook's code cells in order.
 */
export async function locate(failure: Failure, sources: readonly string[]): Promise<Located> {
  const message = readable(failure);
  const typeError = TYPE_ERROR.exec(failure.message);
  if (typeError) return { line: Number(typeError[1]), message };
  const frame = EMITTED_FRAME.exec(failure.message);
  if (frame) return { line: await sourceLine(sources.slice(0, failure.cell), Number(frame[1])), message };
  return { message };
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
