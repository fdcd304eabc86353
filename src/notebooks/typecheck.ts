import path from "node:path";
import ts from "typescript";
import { ROOT } from "../shared/paths";
import { listNotebooks } from "../shared/series";
import { writeCellModules, type CellModule } from "./cell-modules";

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

/**
 * Checks the code cells of notebooks with the project's own TypeScript and its strict settings; the kernel's are laxer.
 * The cells of a notebook make one module.
 *
 * @returns Every error, in the order of the files.
 */
export function checkTypes(notebooks: readonly string[]): NotebookTypeError[] {
  const modules = writeCellModules(notebooks, "typecheck");
  // Modules of the newest kind, because a cell may await at its top.
  const files = modules.map(({ file }) => file);
  const program = ts.createProgram(files, { ...configuration().options, module: ts.ModuleKind.ESNext });
  return modules.flatMap((module) => {
    const file = program.getSourceFile(module.file);
    return ts.getPreEmitDiagnostics(program, file).map((diagnostic) => describe(diagnostic, module));
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

function describe(diagnostic: ts.Diagnostic, { file, notebook, origin }: CellModule): NotebookTypeError {
  const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n    ");
  if (diagnostic.file?.fileName !== file || diagnostic.start === undefined) throw new Error(message);
  const position = ts.getLineAndCharacterOfPosition(diagnostic.file, diagnostic.start);
  // A cell that ends within a bracket is reported at the module's end: that is the last cell's last line.
  return { notebook, ...origin(position.line), column: position.character + 1, message };
}
