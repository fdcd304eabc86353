import type TypeScript from "typescript";
import type { Content } from "../protocol";
import { toUtf16 } from "./positions";
import { PREFIX, type Compiler } from "./tslab";

/** Characters of source that are shown at level 1. */
const LONGEST_SOURCE = 4000;

/**
 * The reply to an `inspect_request`: signature and documentation, at level 1 also the source of the declaration.
 * @param cellSource finds the cell that declared a name in this session
 */
export function inspect(
  compiler: Compiler,
  declarations: string,
  code: string,
  cursor: number,
  level: 0 | 1,
  cellSource: (name: string) => string | undefined,
): Content {
  const offset = toUtf16(code, cursor);
  // A front end asks with the cursor behind the name too, or behind the bracket of a call.
  for (const position of [offset, offset - 1, code.lastIndexOf("(", offset - 1) - 1]) {
    if (position < 0) continue;
    const info = compiler.inspect(declarations, code, position);
    const signature = join(info?.displayParts);
    // An unknown name is of type any, which says nothing.
    if (!info || signature === "" || signature === "any") continue;
    const documentation = [join(info.documentation), ...(info.tags ?? []).map(tagText)]
      .filter((part) => part !== "")
      .join("\n\n");
    const source = level === 1 ? declarationSource(compiler, position, cellSource) : undefined;
    return {
      status: "ok",
      found: true,
      data: {
        "text/plain": [signature, documentation, source].filter(Boolean).join("\n\n"),
        "text/markdown": [fence(signature), documentation, source && fence(source)].filter(Boolean).join("\n\n"),
      },
      metadata: {},
    };
  }
  return { status: "ok", found: false, data: {}, metadata: {} };
}

const join = (parts: TypeScript.SymbolDisplayPart[] | undefined): string =>
  (parts ?? []).map((part) => part.text).join("");
const tagText = (tag: TypeScript.JSDocTagInfo): string => `@${tag.name} ${join(tag.text)}`.trimEnd();
const fence = (code: string): string => `\`\`\`typescript\n${code}\n\`\`\``;

/** The text of the declaration of the name at `position`, from its file or from the cell that declared it. */
function declarationSource(
  compiler: Compiler,
  position: number,
  cellSource: (name: string) => string | undefined,
): string | undefined {
  const { ts } = compiler;
  const { program, file } = compiler.current();
  const node = ts.getTouchingPropertyName(file, position + PREFIX.length);
  const checker = program.getTypeChecker();
  let symbol = checker.getSymbolAtLocation(node);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const declaration = symbol?.declarations?.[0];
  if (!symbol || !declaration) return undefined;
  const source = declaration.getSourceFile();
  const earlier = source.fileName.endsWith("/__prev__.d.ts");
  const text = earlier ? cellSource(symbol.name) : declaration.getText(source);
  const from = earlier || source === file ? "a cell" : source.fileName;
  return text === undefined ? undefined : `// ${from}\n${text.slice(0, LONGEST_SOURCE)}`;
}
