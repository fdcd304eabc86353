import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { CellCompiler } from "../kernel/compiler/cell-compiler";
import { PREFIX_LINES, type CellModule } from "../kernel/compiler/cells";
import { ROOT } from "../shared/paths";
import { listNotebooks } from "../shared/series";
import { codeCells, readNotebook, textOf } from "./notebook";

/** A type error, located in a notebook's cell. */
export interface NotebookTypeError {
  readonly notebook: string;
  /** The code cell, from 1. */
  readonly cell: number;
  /** The cell's line, from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The line itself. */
  readonly source: string;
}

/** What the kernel adds to every cell. */
const GLOBALS = path.join(ROOT, "src", "kernel", "session", "globals.d.ts.txt");

/**
 * Checks the code cells of notebooks as the kernel does, with its compiler.
 *
 * @returns Every error, in the order of the files.
 */
export function checkTypes(notebooks: readonly string[]): NotebookTypeError[] {
  const compilers = new Map<string, CellCompiler>();
  const globals = fs.readFileSync(GLOBALS, "utf8");
  return notebooks.flatMap((notebook) => {
    const folder = path.dirname(path.resolve(notebook));
    const compiler = compilers.get(folder) ?? new CellCompiler(folder, globals);
    compilers.set(folder, compiler);
    compiler.restart();
    return codeCells(readNotebook(notebook)).flatMap(({ source }, index) => {
      const { cell, diagnostics } = compiler.check(textOf(source), `In [${index + 1}]`);
      // Later cells are checked as if this one were right.
      compiler.cells.add(cell, new Set());
      return diagnostics.map((diagnostic) => describe(diagnostic, notebook, index + 1, cell));
    });
  });
}

/**
 * `npm run typecheck`: the notebooks' cells, and first the project's files that they build on; prints what is wrong.
 *
 * @returns The exit code: 0 when nothing is wrong.
 */
export async function typecheckNotebooks(): Promise<number> {
  const project = checkProject();
  const notebooks = listNotebooks();
  const errors = [...project, ...checkTypes(notebooks).map(formatTypeError)];
  for (const error of errors) console.error(error);
  const found = errors.length === 0 ? "no type error" : `${errors.length} type errors`;
  console.log(`Project and ${notebooks.length} notebooks: ${found}`);
  return errors.length === 0 ? 0 : 1;
}

/** What `tsc` reports for the project. */
function checkProject(): string[] {
  const { options, fileNames } = configuration();
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram(fileNames, options));
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => ROOT,
    getNewLine: () => "\n",
  };
  return diagnostics.map((diagnostic) => ts.formatDiagnostic(diagnostic, host).trim());
}

/** Location, message and source line, in the usual form of a compiler. */
function formatTypeError({ notebook, cell, line, column, message, source }: NotebookTypeError): string {
  const place = `${path.relative(ROOT, notebook)}, cell [${cell}], line ${line}, column ${column}`;
  return `${place}: ${message}\n    ${source.trim()}`;
}

function configuration(): ts.ParsedCommandLine {
  const file = path.join(ROOT, "tsconfig.json");
  const { config, error } = ts.readConfigFile(file, ts.sys.readFile) as { config?: unknown; error?: ts.Diagnostic };
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  return ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
}

function describe(diagnostic: ts.Diagnostic, notebook: string, number: number, cell: CellModule): NotebookTypeError {
  const { file, start } = diagnostic;
  const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n    ");
  const lines = cell.source.split("\n");
  if (!file || start === undefined || file.text !== cell.text) {
    const place = file ? `${path.relative(ROOT, file.fileName)}: ` : "";
    return { notebook, cell: number, line: 1, column: 1, message: place + message, source: lines[0] };
  }
  const position = ts.getLineAndCharacterOfPosition(file, start);
  const line = Math.max(0, position.line - PREFIX_LINES);
  return { notebook, cell: number, line: line + 1, column: position.character + 1, message, source: lines[line] ?? "" };
}
