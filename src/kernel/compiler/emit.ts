import ts from "typescript";
import { isCellModule } from "./cells";
import { isAnonymousDefinition, OFFERED, PARAMETERS, RESULT, shareVariables } from "./shared-variables";

/** The JavaScript of a cell. */
export interface Emitted {
  /** A function expression; see `PARAMETERS`. Its first line is not the cell's. */
  readonly javaScript: string;
  /** Source maps from the JavaScript, less its first line, back to the cell's file, to be applied in this order. */
  readonly sourceMaps: readonly string[];
}

/** Makes a debugger stop before the script, for its breakpoints to be placed. There is no such file. */
const DEBUGGABLE = "//# sourceMappingURL=cell.map";

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
  // What a cell itself declares, even in a function, must not get in the way.
  const free = (name: string): string => (identifiers.has(name) || shared.has(name) ? free(`_${name}`) : name);
  const [scope, result] = [free("cells"), free(RESULT)];
  const ownParameters = Object.fromEntries(
    Object.entries(PARAMETERS).map(([key, name]) => [key, OFFERED.has(name) && !shared.has(name) ? name : free(name)]),
  ) as Record<keyof typeof PARAMETERS, string>;
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
    { before: [keepLastValue(result)] },
  );
  const rewritten = shareVariables(text, { names: shared, scope, parameters: ownParameters, isCell: isCellModule });
  const parameters = [scope, ...Object.values(ownParameters)].join(", ");
  const head = `(${rewritten.isAsync ? "async " : ""}function (${parameters}) { "use strict"; let ${result};`;
  return {
    javaScript: `${head}\n${rewritten.text}\nreturn ${result};\n}) ${DEBUGGABLE}`,
    sourceMaps: [rewritten.sourceMap, sourceMap],
  };
}

/**
 * Keeps the value of the last statement if it is an expression. A final semicolon does not silence it, because
 * formatters add those. `void` does, and so does a second semicolon: it is an empty statement and thus the last one.
 */
const keepLastValue =
  (result: string): ts.TransformerFactory<ts.SourceFile> =>
  ({ factory }) =>
  (file) => {
    const last = file.statements.at(-1);
    if (!last || !ts.isExpressionStatement(last)) return file;
    const { expression } = last;
    // A function without a name must not take that of the variable.
    const value = isAnonymousDefinition(expression)
      ? factory.createComma(factory.createNumericLiteral(0), expression)
      : expression;
    const kept = ts.setTextRange(factory.createAssignment(factory.createIdentifier(result), value), expression);
    const statements = [...file.statements.slice(0, -1), factory.updateExpressionStatement(last, kept)];
    return factory.updateSourceFile(file, ts.setTextRange(factory.createNodeArray(statements), file.statements));
  };
