import nodeModule from "node:module";
import path from "node:path";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { serveRpc } from "../rpc";
import { isComplete } from "./completeness";
import { complete } from "./completion";
import { withoutNames } from "./declarations";
import { typeErrors, type ErrorContent } from "./diagnostics";
import { inspect } from "./inspection";
import { createCompiler, PREFIX } from "./tslab";

/** What the session gets of a cell. */
export type Conversion =
  | { readonly error: ErrorContent }
  | {
      readonly error?: undefined;
      /** Number of this conversion, for `commit`. */
      readonly id: number;
      readonly javaScript: string;
      readonly isAsync: boolean;
      /** The export that holds the value of the cell's last expression. */
      readonly resultName?: string;
      /** A final semicolon asks for no output of that value. */
      readonly silenced: boolean;
      readonly sourceMaps: readonly string[];
      /** Modules that cells made and that this cell imports for the first time since they changed. */
      readonly modules: readonly { readonly path: string; readonly data: string }[];
    };

/** Cells whose source is kept for `inspect` at level 1. */
const KEPT_CELLS = 1000;

/** From Node 22 on: loading TypeScript from compiled code takes half the time. */
const compileCache = nodeModule as { enableCompileCache?: (folder: string) => void; flushCompileCache?: () => void };
compileCache.enableCompileCache?.(path.join(__dirname, "code"));

const cwd = process.cwd();
const cellFile = `${cwd.replace(/\\/g, "/")}/__tslab__.ts`;
const compiler = createCompiler(cwd, path.join(__dirname, "globals.d.ts"));
const { ts } = compiler;

/** The declarations of everything that cells have left behind, as tslab carries them from cell to cell. */
let declarations = "";
const cellOf = new Map<string, string>();
const uncommitted = new Map<number, { code: string; before: string; after: string; names: readonly string[] }>();
let lastId = 0;

function convert(code: string, label: string): Conversion {
  const { module, jsx } = compiler.metadata(code);
  if (module !== undefined) return convertModule(module, code, jsx === true, label);
  const { found, diagnostics, names, awaits, ...converted } = compiler.convert(declarations, code);
  if (diagnostics.length > 0) {
    // tslab leaves out what does not matter to a cell, such as top-level awaits, and keeps less of the rest.
    const serious = found.filter(({ file, start, code: number }) =>
      diagnostics.some(
        (kept) =>
          kept.code === number &&
          kept.start.offset === (start ?? 0) - (file?.fileName === cellFile ? PREFIX.length : 0),
      ),
    );
    return { error: typeErrors(ts, serious, label, cellFile) };
  }
  uncommitted.set(++lastId, { code, before: declarations, after: converted.declOutput ?? "", names });
  return {
    id: lastId,
    javaScript: converted.output ?? "",
    isAsync: awaits,
    resultName: converted.lastExpressionVar,
    silenced: endsWithSemicolon(code),
    sourceMaps: converted.sourceMaps,
    modules: converted.sideOutputs ?? [],
  };
}

function convertModule(name: string, code: string, jsx: boolean, label: string): Conversion {
  const found = compiler.addModule(name, code, jsx).filter((diagnostic) => diagnostic.file);
  if (found.length > 0) return { error: typeErrors(ts, found, label, cellFile) };
  return { id: 0, javaScript: "", isAsync: false, silenced: true, sourceMaps: [], modules: [] };
}

/**
 * Keeps what the cell of conversion `id` declared.
 * @param assigned the names that it had assigned when it failed; nothing when it ran to its end
 */
function commit(id: number, assigned?: readonly string[]): void {
  const cell = uncommitted.get(id);
  uncommitted.delete(id);
  if (!cell) return;
  // Another cell ended while this one ran: both keep what they declared.
  const after =
    cell.before === declarations ? cell.after : (compiler.convert(declarations, cell.code).declOutput ?? declarations);
  const missing = assigned ? cell.names.filter((name) => !assigned.includes(name)) : [];
  declarations = missing.length > 0 ? withoutNames(ts, after, new Set(missing)) : after;
  for (const name of cell.names) {
    cellOf.delete(name);
    cellOf.set(name, cell.code);
  }
  while (cellOf.size > KEPT_CELLS) cellOf.delete(cellOf.keys().next().value as string);
}

/** Whether the last token is a semicolon that ends an expression. */
function endsWithSemicolon(code: string): boolean {
  const file = ts.createSourceFile("cell.tsx", code, ts.ScriptTarget.Latest, false);
  const last = file.statements.at(-1);
  return last !== undefined && ts.isExpressionStatement(last) && code.slice(0, last.end).endsWith(";");
}

/** What the other threads can call. */
export type CompilerFunctions = typeof functions;
const functions = {
  convert,
  commit,
  forget: (id: number): void => void uncommitted.delete(id),
  complete: (code: string, cursor: number) => complete(compiler, declarations, code, cursor),
  inspect: (code: string, cursor: number, level: 0 | 1) =>
    inspect(compiler, declarations, code, cursor, level, (name) => cellOf.get(name)),
  isComplete: (code: string) => isComplete(ts, code),
};
serveRpc((workerData as { wire: MessagePort }).wire, functions);
if (parentPort) serveRpc(parentPort, functions);
compileCache.flushCompileCache?.();
