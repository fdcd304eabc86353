import type ts from "typescript";
import type { Content } from "../protocol";
import { syntaxDiagnostics } from "./cell-compiler";

/** Errors that more text can mend wherever they are: the text ends inside a comment or a template. */
const OPEN_ENDED = new Set([
  1010, // '*/' expected.
  1160, // Unterminated template literal.
]);
/** What a console indents by. */
const INDENT = "  ";

/** The reply to an `is_complete_request`. */
export function isComplete(code: string): Content {
  // With two line ends the user says that it is to run.
  if (/\n[ \t]*\n[ \t]*$/.test(code)) return { status: "complete" };
  const [errors, withJsx] = [syntaxDiagnostics(code, false), syntaxDiagnostics(code, true)];
  if (errors.length === 0 || withJsx.length === 0) return { status: "complete" };
  const end = code.trimEnd().length;
  const isMendable = (error: ts.Diagnostic): boolean => OPEN_ENDED.has(error.code) || (error.start ?? 0) >= end;
  return errors.every(isMendable) || withJsx.every(isMendable)
    ? { status: "incomplete", indent: nextIndent(code) }
    : { status: "invalid" };
}

/** The white space of the next line: that of the last one, and more behind an opening bracket. */
function nextIndent(code: string): string {
  const line = code.trimEnd().split("\n").at(-1) ?? "";
  const [indent] = line.match(/^[ \t]*/) ?? [""];
  return /[{([]$|=>$/.test(line) ? indent + INDENT : indent;
}
