import fs from "node:fs";
import nodeModule from "node:module";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { serveRpc } from "../rpc";
import { CellCompiler, type CompiledCell } from "./cell-compiler";
import type { CellModule } from "./cells";
import type { CommittedCell, CompilerWorkerData, Conversion } from "./compiler";
import { isComplete } from "./completeness";
import { complete } from "./completion";
import { debugExpression, isCaught } from "./debug-expressions";
import { typeErrors } from "./diagnostics";
import { inspect } from "./inspection";
import { metadataOf } from "./metadata";

/** From Node 22 on: loading TypeScript from compiled code takes half the time. */
const compileCache = nodeModule as { enableCompileCache?: (folder: string) => void; flushCompileCache?: () => void };
compileCache.enableCompileCache?.(path.join(__dirname, "code"));

const { folder, cancelled } = workerData as CompilerWorkerData;
const globals = fs.readFileSync(path.join(__dirname, "globals.d.ts"), "utf8");
const compiler = new CellCompiler(folder, globals, () => Atomics.load(cancelled, 0) !== 0);
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
  if (compiled) add(compiled.cell, assigned);
}

function add(cell: CellModule, assigned: readonly string[] | undefined): void {
  const variables = [...cell.names.declared].filter(([, kind]) => kind !== "type").map(([name]) => name);
  compiler.cells.add(cell, new Set(assigned ? variables.filter((name) => !assigned.includes(name)) : []));
}

/** Takes in cells that ran when another thread compiled them: what they declare is there again. */
function replay(cells: readonly CommittedCell[]): void {
  for (const { code, label, assigned } of cells) {
    const { module, jsx } = metadataOf(code);
    if (module === undefined) add(compiler.adopt(code, label), assigned);
    else compiler.compileModule(module, code, jsx);
  }
}

/** What the thread's supervisor can call. */
export type CompilerWorkerFunctions = typeof functions;
const functions = {
  convert,
  commit,
  replay,
  forget: (id: number): void => void uncommitted.delete(id),
  complete: (code: string, cursor: number) => complete(compiler, code, cursor),
  inspect: (code: string, cursor: number, level: 0 | 1) => inspect(compiler, code, cursor, level),
  isComplete,
  debugExpression,
  isCaught,
};
// The first program reads all of the libraries: not only when the first cell comes.
compiler.compile("0", "");
if (parentPort) serveRpc(parentPort, functions);
compileCache.flushCompileCache?.();
