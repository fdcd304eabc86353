import path from "node:path";
import ts from "typescript";
import { bold, cyan, excerpt, red } from "../../shared/excerpt";
import type { CellCompiler } from "./cell-compiler";

/** An error as the protocol's `error` message has it. */
export interface ErrorContent {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** Errors that are printed; the rest is counted. */
const MAX_SHOWN = 10;
/** Errors for which fixes are looked up. */
const MAX_FIXED = 3;
/** Fixes that are told of one error. */
const MAX_FIXES = 3;

/** What the message says already, and what an editor writes as a stop-gap. */
const NO_NEWS = /^(Change spelling|Remove|Add missing function|Add missing import from "\.\/__cell)/;

/** A name that is not known, as TypeScript reports it. */
const UNKNOWN_NAME = new Set([2304, 2503, 2552, 2580, 2581, 2582, 2583, 2584, 18004]);

/** Where a message belongs, in the reader's terms. */
interface Place {
  readonly name: string;
  /** The text that the reader knows. */
  readonly source: string;
  readonly line: number;
  readonly column: number;
  readonly inCell: boolean;
}

/**
 * The errors of a cell as one: code, message, the source line with a caret, and what else the compiler knows, such as
 * related places and fixes.
 * @param diagnostics at least one
 * @param label what the cell at hand is called, such as `In [3]`
 * @param code the cell at hand
 */
export function typeErrors(
  compiler: CellCompiler,
  diagnostics: readonly ts.Diagnostic[],
  label: string,
  code: string,
): ErrorContent {
  const described = diagnostics
    .slice(0, MAX_SHOWN)
    .map((diagnostic, index) => describe(compiler, diagnostic, label, code, index < MAX_FIXED));
  const [first] = diagnostics;
  const others = diagnostics.length - 1;
  const more = others === 0 ? "" : ` (and ${others} more ${others === 1 ? "error" : "errors"})`;
  const hidden = diagnostics.length - described.length;
  return {
    ename: `TS${first.code}`,
    evalue: messageOf(compiler, first.messageText) + more,
    traceback: [
      ...described.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines])),
      ...(hidden > 0 ? ["", `and ${hidden} more`] : []),
    ],
  };
}

function describe(
  compiler: CellCompiler,
  diagnostic: ts.Diagnostic,
  label: string,
  code: string,
  withFixes: boolean,
): string[] {
  const place = placeOf(compiler, diagnostic, label);
  const lines = [
    `${red(bold(`TS${diagnostic.code}`))}: ${messageOf(compiler, diagnostic.messageText)}`,
    ...shown(place, diagnostic.length),
  ];
  for (const related of diagnostic.relatedInformation ?? []) {
    lines.push(`  ${messageOf(compiler, related.messageText)}`);
    // What is declared in a library is named, not printed: its source is not the reader's.
    const where = placeOf(compiler, related, label);
    if (where?.inCell) lines.push(...shown(where, related.length).map((line) => `  ${line}`));
  }
  const hints = [...hintsFor(compiler, diagnostic, code), ...(withFixes ? fixes(compiler, diagnostic) : [])];
  return [...lines, ...hints.map((hint) => `  ${hint}`)];
}

/** The message, with other cells called as the reader knows them. */
function messageOf(compiler: CellCompiler, text: string | ts.DiagnosticMessageChain): string {
  return ts
    .flattenDiagnosticMessageText(text, "\n")
    .replace(
      /(?:typeof )?import\("[^"]*\/(__cell_\d+__)"\)(?:\.(\w+))?/g,
      (_whole, module: string, name: string | undefined) => {
        const cell = compiler.cells.module(module)?.label ?? "an earlier cell";
        return name === undefined ? cell : `${name} (${cell})`;
      },
    )
    .replace(/import\("[^"]*\/__cell__"\)\.(\w+)/g, "$1")
    .replace(
      // What an earlier cell declares is imported from it.
      /^(Cannot assign to '.*') because it is an import\.$/,
      "$1 because it is a constant, a function, a class or an import.",
    );
}

function placeOf(
  compiler: CellCompiler,
  { file, start }: ts.DiagnosticRelatedInformation,
  label: string,
): Place | undefined {
  if (!file || start === undefined) return undefined;
  const earlier = compiler.cells.module(path.posix.parse(file.fileName).name);
  const present = compiler.isPresent(file.fileName);
  const inCell = present || earlier !== undefined;
  // The prefix is the compiler's; what is found there is told at the cell's beginning.
  const offset = inCell ? file.text.indexOf("\n") + 1 : 0;
  const source = earlier?.source ?? file.text.slice(offset);
  const before = source.slice(0, Math.max(0, start - offset)).split("\n");
  const name = present ? label : (earlier?.label ?? path.relative(compiler.folder, file.fileName));
  return { name, source, line: before.length, column: (before.at(-1) ?? "").length + 1, inCell };
}

function shown(place: Place | undefined, length: number | undefined): string[] {
  if (!place) return [];
  const { name, source, line, column } = place;
  return [`    at ${cyan(`${name}:${line}:${column}`)}`, "", ...excerpt(source, line, column, length)];
}

/** What the checker cannot know: names of cells that did not run, and what belongs to other tools. */
function hintsFor(
  compiler: CellCompiler,
  { code: number, file, start, length }: ts.Diagnostic,
  code: string,
): string[] {
  const text = file && start !== undefined ? file.text.slice(start, start + (length ?? 0)) : "";
  if (/^\s*!\s*[\w./~]/.test(code))
    return ['To run a command: import { execSync } from "node:child_process"; execSync("…", { stdio: "inherit" })'];
  if (/^\s*%/.test(code)) return ["A cell is TypeScript: IPython's magics (%…) are not known here."];
  if (!UNKNOWN_NAME.has(number)) return [];
  const failed = compiler.cells.failedOwner(text);
  return failed === undefined
    ? []
    : [`${text} is declared in ${failed}, which failed before: run the cell that declares it first.`];
}

/** What an editor would offer to do about an error of the cell at hand. */
function fixes(compiler: CellCompiler, { code, file, start, length }: ts.Diagnostic): string[] {
  if (!file || start === undefined || !compiler.isPresent(file.fileName)) return [];
  try {
    const found = compiler.project.service.getCodeFixesAtPosition(
      file.fileName,
      start,
      start + (length ?? 0),
      [code],
      {},
      {},
    );
    const told = new Set(
      found.map(({ description }) => description).filter((description) => !NO_NEWS.test(description)),
    );
    // Node's own modules have two names each.
    for (const description of told) if (description.includes('"node:')) told.delete(description.replace('"node:', '"'));
    return [...told].slice(0, MAX_FIXES).map((description) => `Fix: ${description}`);
  } catch {
    return []; // A fix that cannot be worked out is no reason to lose the error.
  }
}
