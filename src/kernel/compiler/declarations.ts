import type { Ts } from "./tslab";

/**
 * The declarations that hold after a cell which failed on its way: names that it was to declare and never
 * assigned are taken out.
 * @param declarations the text of a declaration file, as tslab's converter gives it
 * @param missing the names to take out
 */
export function withoutNames(ts: Ts, declarations: string, missing: ReadonlySet<string>): string {
  const file = ts.createSourceFile("declarations.d.ts", declarations, ts.ScriptTarget.Latest, true);
  const kept: string[] = [];
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      const { declarations: variables, flags } = statement.declarationList;
      const keyword = flags & ts.NodeFlags.Const ? "const" : "let";
      for (const variable of variables) {
        if (!missing.has(variable.name.getText(file))) kept.push(`declare ${keyword} ${variable.getText(file)};`);
      }
    } else if (ts.isImportDeclaration(statement)) {
      if (!imported(ts, statement).some((name) => missing.has(name))) kept.push(statement.getText(file));
    } else if (
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement)
    ) {
      if (!missing.has(statement.name?.text ?? "")) kept.push(statement.getText(file));
    } else {
      kept.push(statement.getText(file));
    }
  }
  return kept.map((statement) => `${statement}\n`).join("");
}

/** The names that an import brings in. */
function imported(ts: Ts, statement: import("typescript").ImportDeclaration): string[] {
  const clause = statement.importClause;
  if (!clause) return [];
  const { name, namedBindings: bindings } = clause;
  const named = !bindings
    ? []
    : ts.isNamespaceImport(bindings)
      ? [bindings.name.text]
      : bindings.elements.map((element) => element.name.text);
  return name ? [name.text, ...named] : named;
}
