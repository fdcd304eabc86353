import fs from "node:fs";
import path from "node:path";
import ts from "typescript";
import { BUILD, ROOT } from "../setup/paths";
import { codeCells, readNotebook, textOf } from "./notebook";
import { listNotebooks, nameOf } from "./series";

/** A type error in the reader's terms. */
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

/** A notebook's cells as one module, and where each of its lines comes from. */
interface CellModule {
  readonly file: string;
  readonly notebook: string;
  /** By line of the module, from 0. */
  readonly origin: ReadonlyArray<{ readonly cell: number; readonly line: number; readonly source: string }>;
}

// Inside the project, so that imports resolve as in notebooks/; kept for who wants to look at a module.
const MODULES = path.join(BUILD, "typecheck");

/**
 * Checks the code cells of notebooks with the project's own TypeScript and its strict settings; the kernel's are laxer.
 * The cells of a notebook make one module.
 *
 * @returns Every error, in the order of the files.
 */
export function checkTypes(notebooks: readonly string[]): NotebookTypeError[] {
  fs.rmSync(MODULES, { recursive: true, force: true });
  fs.mkdirSync(MODULES, { recursive: true });
  const modules = new Map(notebooks.map((notebook) => writeModule(notebook)).map((module) => [module.file, module]));
  const program = ts.createProgram([...modules.keys()], compilerOptions());
  return [...modules.values()].flatMap((module) => {
    const file = program.getSourceFile(module.file);
    return ts.getPreEmitDiagnostics(program, file).map((diagnostic) => describe(diagnostic, module));
  });
}

/**
 * The part of `npm run typecheck` that looks at the notebooks; prints what is wrong.
 *
 * @returns The exit code: 0 when nothing is wrong.
 */
export async function typecheckNotebooks(): Promise<number> {
  const notebooks = listNotebooks();
  const errors = checkTypes(notebooks);
  for (const error of errors) console.error(formatTypeError(error));
  console.log(`Types of ${notebooks.length} notebooks: ${errors.length === 0 ? "no error" : `${errors.length} errors`}`);
  return errors.length === 0 ? 0 : 1;
}

/** Place, message and line, as a compiler prints them. */
export function formatTypeError({ notebook, cell, line, column, message, source }: NotebookTypeError): string {
  return `${path.relative(ROOT, notebook)}, cell [${cell}], line ${line}, column ${column}: ${message}\n    ${source.trim()}`;
}

function writeModule(notebook: string): CellModule {
  const origin = codeCells(readNotebook(notebook)).flatMap((cell, index) =>
    textOf(cell.source)
      .split("\n")
      .map((source, line) => ({ cell: index + 1, line: line + 1, source })),
  );
  const file = path.join(MODULES, `${nameOf(notebook)}.ts`);
  // The last line makes it a module even if no cell imports anything, so that notebooks don't see each other's names.
  fs.writeFileSync(file, [...origin.map(({ source }) => source), "export {};", ""].join("\n"));
  return { file, notebook, origin };
}

/** The project's settings; modules of the newest kind, because a cell may await at its top. */
function compilerOptions(): ts.CompilerOptions {
  const { config, error } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), ts.sys.readFile);
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, "\n"));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  return { ...options, module: ts.ModuleKind.ESNext, noEmit: true };
}

function describe(diagnostic: ts.Diagnostic, { file, notebook, origin }: CellModule): NotebookTypeError {
  const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n    ");
  if (diagnostic.file?.fileName !== file || diagnostic.start === undefined) throw new Error(message);
  const position = ts.getLineAndCharacterOfPosition(diagnostic.file, diagnostic.start);
  // A cell that ends within a bracket is reported at the module's end: that is the last cell's last line.
  const place = origin[Math.min(position.line, origin.length - 1)];
  return { notebook, ...place, column: position.character + 1, message };
}
