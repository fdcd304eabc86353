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
    const evalue = `${origin ?? ""}A value was thrown that can't be shown: ${failureMessage(failure)}`;
    content = { ename: "Error", evalue, traceback: [`Error: ${evalue}`] };
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

function failureMessage(failure: unknown): string {
  try {
    return String((failure as Error).message);
  } catch {
    return "its own code throws another one";
  }
}
