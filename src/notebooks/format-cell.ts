import * as prettier from "prettier";
import ts from "typescript";

/**
 * A cell's source as Prettier formats it, with the project's configuration. Unlike in a file, the semicolon after the
 * last statement means something in a cell: without it the value is the cell's result. It stays as it is.
 *
 * @throws Error if the source does not parse.
 */
export async function formatCell(source: string, notebook: string): Promise<string> {
  const options = await prettier.resolveConfig(notebook);
  const formatted = (await prettier.format(source, { ...options, parser: "typescript" })).trimEnd();
  const end = finalSemicolon(formatted);
  return end === undefined || finalSemicolon(source) !== undefined
    ? formatted
    : formatted.slice(0, end) + formatted.slice(end + 1);
}

/** Where the semicolon after the last statement is, if there is one. */
function finalSemicolon(source: string): number | undefined {
  const last = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest).statements.at(-1);
  if (last === undefined || !ts.isExpressionStatement(last)) return undefined;
  return source[last.end - 1] === ";" ? last.end - 1 : undefined;
}
