import type { ErrorContent } from "../compiler/diagnostics";
import type { Errors } from "./errors";
import { truncate } from "./serialize";

const MAX_LINE_LENGTH = 10_000;
const MAX_LINES = 500;

/**
 * The content of an `error` message. Whatever was thrown, and whatever its getters do, there is one, and its size is
 * limited.
 * @param origin precedes the message if the error doesn't come from the running cell
 */
export function describeError(errors: Errors, error: unknown, origin?: string): ErrorContent {
  let content: ErrorContent;
  try {
    content = errors.describe(error, origin);
  } catch (failure) {
    content = describeBriefly(error, origin) ?? describeBriefly(failure, origin) ?? NO_DESCRIPTION;
  }
  const { ename, evalue, traceback } = content;
  const hidden = traceback.length - MAX_LINES;
  return {
    ename: truncate(ename, MAX_LINE_LENGTH),
    evalue: truncate(evalue, MAX_LINE_LENGTH),
    traceback: [
      ...traceback.slice(0, MAX_LINES).map((line) => truncate(line, MAX_LINE_LENGTH)),
      ...(hidden > 0 ? [`… (${hidden} more lines)`] : []),
    ],
  };
}

/**
 * Name and message; undefined if even they can't be read. Reading the stack can run code of the cell, which may fail.
 */
function describeBriefly(error: unknown, origin = ""): ErrorContent | undefined {
  try {
    const { name, message } = error as Error;
    const [ename, evalue] = [String(name), `${origin}${String(message)}`];
    return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
  } catch {
    return undefined;
  }
}

const UNREADABLE = "A value was thrown that can't be shown.";
const NO_DESCRIPTION: ErrorContent = { ename: "Error", evalue: UNREADABLE, traceback: [UNREADABLE] };
