import nodeModule from "node:module";
import path from "node:path";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { serveRpc } from "../rpc";
import { CellCompiler, type CompiledCell } from "./cell-compiler";
import { isComplete } from "./completeness";
import { complete } from "./completion";
import { typeErrors, type ErrorContent } from "./diagnostics";
import { inspect } from "./inspection";
import { metadataOf } from "./metadata";

/** What the session gets of a cell. */
export type Conversion =
  | { readonly error: ErrorContent }
  | {
      readonly error?: undefined;
      /** Number of this conversion, for `commit`. */
      readonly id: number;
      /** A function expression; see `PARAMETERS` in shared-variables.ts. */
      readonly javaScript: string;
      /** The variables that it declares. */
      readonly names: readonly string[];
      /** From the JavaScript back to the cell's file, to be applied in this order. */
      readonly sourceMaps: readonly string[];
      /** Files of the user's that the cell imports, by the specifier under which it does. */
      readonly files: Readonly<Record<string, string>>;
      /** The module that the cell makes, if it says so. */
      readonly module?: { readonly path: string; readonly javaScript: string };
    };

/** From Node 22 on: loading TypeScript from compiled code takes half the time. */
const compileCache = nodeModule as { enableCompileCache?: (folder: string) => void; flushCompileCache?: () => void };
compileCache.enableCompileCache?.(path.join(__dirname, "code"));

const compiler = new CellCompiler(process.cwd(), path.join(__dirname, "globals.d.ts").replace(/\\/g, "/"));
const uncommitted = new Map<number, CompiledCell>();
let lastId = 0;

const NOTHING = "(function () {})";

function convert(code: string, label: string): Conversion {
  const { module, jsx } = metadataOf(code);
  if (module !== undefined) return convertModule(module, code, jsx, label);
  const compiled = compiler.compile(code, label);
  if (!("cell" in compiled)) {
    return { error: typeErrors(compiler, compiled, label, code) };
  }
  const { cell, javaScript, sourceMaps, files } = compiled;
  uncommitted.set(++lastId, compiled);
  const names = [...cell.names.declared].filter(([, kind]) => kind !== "type").map(([name]) => name);
  return { id: lastId, javaScript, names, sourceMaps, files };
}

function convertModule(name: string, code: string, jsx: boolean, label: string): Conversion {
  const compiled = compiler.compileModule(name, code, jsx);
  if (!("path" in compiled)) return { error: typeErrors(compiler, compiled, label, code) };
  return { id: 0, javaScript: NOTHING, names: [], sourceMaps: [], files: {}, module: compiled };
}

/**
 * Keeps what the cell of conversion `id` declared.
 * @param assigned the variables that it had assigned when it failed; nothing when it ran to its end
 */
function commit(id: number, assigned?: readonly string[]): void {
  const compiled = uncommitted.get(id);
  uncommitted.delete(id);
  if (!compiled) return;
  const { cell } = compiled;
  const variables = [...cell.names.declared].filter(([, kind]) => kind !== "type").map(([name]) => name);
  compiler.cells.add(cell, new Set(assigned ? variables.filter((name) => !assigned.includes(name)) : []));
}

/** What the other threads can call. */
export type CompilerFunctions = typeof functions;
const functions = {
  convert,
  commit,
  forget: (id: number): void => void uncommitted.delete(id),
  complete: (code: string, cursor: number) => complete(compiler, code, cursor),
  inspect: (code: string, cursor: number, level: 0 | 1) => inspect(compiler, code, cursor, level),
  isComplete,
};
// The first program reads all of the libraries: not only when the first cell comes.
compiler.compile("0", "");
serveRpc((workerData as { wire: MessagePort }).wire, functions);
if (parentPort) serveRpc(parentPort, functions);
compileCache.flushCompileCache?.();
