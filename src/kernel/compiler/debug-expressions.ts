import ts from "typescript";
import { isCellModule } from "./cells";
import { PARAMETERS, shareVariables } from "./shared-variables";

/**
 * The JavaScript of an expression that is evaluated while a cell is stopped.
 *
 * @param names the variables of cells that it may use, less those that something nearer hides
 * @param scope an expression for the object that holds them
 * @throws Error if it has an await: nothing can be awaited while everything stands still
 */
export function debugExpression(code: string, names: readonly string[], scope: string): string {
  const isObject = /^\s*\{/.test(code);
  const { outputText } = ts.transpileModule(isObject ? `(${code})` : code, {
    fileName: "watch.ts",
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  });
  const { text, isAsync } = shareVariables(outputText, {
    names: new Set(names),
    scope,
    parameters: PARAMETERS,
    isCell: isCellModule,
  });
  if (isAsync) throw new Error("An expression can't await anything while the cell is stopped.");
  return text.replace(/^"use strict";\s*/, "").trim();
}

/** Whether a `catch` of the same function is around the place at `line` and `column`, both from 1. */
export function isCaught(code: string, line: number, column: number): boolean {
  const file = ts.createSourceFile("code.ts", code, ts.ScriptTarget.Latest, true);
  const starts = file.getLineStarts();
  const position = (starts[line - 1] ?? 0) + column - 1;
  let caught = false;
  const look = (node: ts.Node): void => {
    if (position < node.getStart(file) || position >= node.end) return;
    if (ts.isFunctionLike(node)) caught = false; // Its callers have places of their own.
    if (ts.isTryStatement(node) && node.catchClause && position < node.tryBlock.end) caught = true;
    ts.forEachChild(node, look);
  };
  look(file);
  return caught;
}
