import ts from "typescript";
import { isCellModule } from "./cells";
import { PARAMETERS, RESULT, shareVariables } from "./shared-variables";

/** The JavaScript of a cell. */
export interface Emitted {
  /** A function expression; see `PARAMETERS`. Its first line is not the cell's. */
  readonly javaScript: string;
  /** Source maps from the JavaScript, less its first line, back to the cell's file, to be applied in this order. */
  readonly sourceMaps: readonly string[];
}

/**
 * The JavaScript of `file`, which was checked.
 * @param shared the variables that cells share, as far as the cell declares or uses them
 * @param identifiers all words of the cell that might be names
 */
export function emitCell(
  program: ts.Program,
  file: ts.SourceFile,
  shared: ReadonlySet<string>,
  identifiers: { has(name: string): boolean },
): Emitted {
  let text = "";
  let sourceMap = "{}";
  program.emit(
    file,
    (name, written) => {
      if (name.endsWith(".map")) sourceMap = written;
      else text = written.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");
    },
    undefined,
    false,
    { before: [keepLastValue] },
  );
  let scope = "cells";
  while (identifiers.has(scope) || shared.has(scope)) scope = `_${scope}`;
  const rewritten = shareVariables(text, { names: shared, scope, isCell: isCellModule });
  const parameters = [scope, ...Object.values(PARAMETERS)].join(", ");
  const head = `(${rewritten.isAsync ? "async " : ""}function (${parameters}) { "use strict"; let ${RESULT};`;
  return {
    javaScript: `${head}\n${rewritten.text}\nreturn ${RESULT};\n})`,
    sourceMaps: [rewritten.sourceMap, sourceMap],
  };
}

/**
 * Keeps the value of the last statement if it is an expression. A final semicolon does not silence it, because
 * formatters add those. `void` does, and so does a second semicolon: it is an empty statement and thus the last one.
 */
const keepLastValue: ts.TransformerFactory<ts.SourceFile> =
  ({ factory }) =>
  (file) => {
    const last = file.statements.at(-1);
    if (!last || !ts.isExpressionStatement(last)) return file;
    const kept = ts.setTextRange(
      factory.createAssignment(factory.createIdentifier(RESULT), last.expression),
      last.expression,
    );
    const statements = [...file.statements.slice(0, -1), factory.updateExpressionStatement(last, kept)];
    return factory.updateSourceFile(file, ts.setTextRange(factory.createNodeArray(statements), file.statements));
  };
