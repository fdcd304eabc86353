import path from "node:path";
import type TypeScript from "typescript";
import { bold, cyan, excerpt, red } from "../../shared/excerpt";
import { PREFIX, type Ts } from "./tslab";

/** An error as the protocol's `error` message has it. */
export interface ErrorContent {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** Errors that are printed; the rest is counted. */
const SHOWN = 10;

/**
 * The type errors of a cell as one error: code, message, the source line with a caret, and what else the checker says of it.
 * @param label what the cell is called, such as `In [3]`
 * @param cellFile the name under which the compiler knows the cell
 */
export function typeErrors(
  ts: Ts,
  diagnostics: readonly TypeScript.Diagnostic[],
  label: string,
  cellFile: string,
): ErrorContent {
  const described = diagnostics.slice(0, SHOWN).map((diagnostic) => describe(ts, diagnostic, label, cellFile));
  const [first] = diagnostics;
  const others = diagnostics.length - 1;
  const more = others === 0 ? "" : ` (and ${others} more ${others === 1 ? "error" : "errors"})`;
  const hidden = diagnostics.length - described.length;
  return {
    ename: `TS${first.code}`,
    evalue: messageOf(ts, first) + more,
    traceback: [
      ...described.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])),
      ...(hidden > 0 ? ["", `and ${hidden} more`] : []),
    ],
  };
}

function describe(ts: Ts, diagnostic: TypeScript.Diagnostic, label: string, cellFile: string): string[] {
  const lines = [
    `${red(bold(`TS${diagnostic.code}`))}: ${messageOf(ts, diagnostic)}`,
    ...place(ts, diagnostic, label, cellFile),
  ];
  for (const related of diagnostic.relatedInformation ?? []) {
    lines.push(`  ${ts.flattenDiagnosticMessageText(related.messageText, "\n")}`);
    // What is declared in a library is named, not printed: its source is not the reader's.
    if (related.file?.fileName === cellFile)
      lines.push(...place(ts, related, label, cellFile).map((line) => `  ${line}`));
  }
  return lines;
}

function messageOf(ts: Ts, diagnostic: TypeScript.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
}

function place(ts: Ts, diagnostic: TypeScript.DiagnosticRelatedInformation, label: string, cellFile: string): string[] {
  const { file, start, length } = diagnostic;
  if (!file || start === undefined) return [];
  const inCell = file.fileName === cellFile;
  const offset = inCell ? PREFIX.length : 0;
  const source = file.text.slice(offset);
  const before = source.slice(0, start - offset).split("\n");
  const line = before.length;
  const column = (before.at(-1) ?? "").length + 1;
  const name = inCell ? label : path.relative(ts.sys.getCurrentDirectory(), file.fileName);
  return [`    at ${cyan(`${name}:${line}:${column}`)}`, "", ...excerpt(source, line, column, length)];
}
