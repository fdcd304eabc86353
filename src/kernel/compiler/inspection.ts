import ts from "typescript";
import type { Content } from "../protocol";
import type { CellCompiler } from "./cell-compiler";
import { toUtf16 } from "./positions";

/** Characters of source that are shown at level 1. */
const MAX_SOURCE = 4000;
/** Overloads that are shown. */
const MAX_OVERLOADS = 10;

/**
 * The reply to an `inspect_request`: signature with all overloads and documentation, at level 1 also the source of the
 * declaration.
 * @param cursor in code points
 */
export function inspect(compiler: CellCompiler, code: string, cursor: number, level: 0 | 1): Content {
  const at = toUtf16(code, cursor);
  const { program, source, offset } = compiler.present(code);
  const { service } = compiler.project;
  // A front end asks with the cursor behind the name too, or behind the bracket of a call.
  for (const position of [at, at - 1, code.lastIndexOf("(", at - 1) - 1]) {
    if (position < 0) continue;
    const declaration = declarationAt(compiler, program, source, offset + position);
    const own = declaration && cellDeclaration(compiler, declaration);
    const info = own
      ? service.getQuickInfoAtPosition(own.file, own.position)
      : service.getQuickInfoAtPosition(source.fileName, offset + position);
    const signature = join(info?.displayParts);
    // An unknown name is of type any, which says nothing.
    if (!info || signature === "" || signature === "any") continue;
    const overloads = overloadsOf(program, declaration);
    const code = [signature, ...overloads].join("\n");
    const documentation = [join(info.documentation), ...(info.tags ?? []).map(tagText)]
      .filter((part) => part !== "")
      .join("\n\n");
    const text = level === 1 && declaration ? declarationSource(compiler, declaration) : undefined;
    return {
      status: "ok",
      found: true,
      data: {
        "text/plain": [code, documentation, text].filter(Boolean).join("\n\n"),
        "text/markdown": [fence(code), documentation, text && fence(text)].filter(Boolean).join("\n\n"),
      },
      metadata: {},
    };
  }
  return { status: "ok", found: false, data: {}, metadata: {} };
}

const join = (parts: ts.SymbolDisplayPart[] | undefined): string => (parts ?? []).map((part) => part.text).join("");
const tagText = (tag: ts.JSDocTagInfo): string => `@${tag.name} ${join(tag.text)}`.trimEnd();
const fence = (code: string): string => `\`\`\`typescript\n${code}\n\`\`\``;

function nodeAt(source: ts.SourceFile, position: number): ts.Node {
  let node: ts.Node = source;
  for (;;) {
    const inner: ts.Node | undefined = ts.forEachChild(node, (child) =>
      child.getStart(source) <= position && position <= child.end ? child : undefined,
    );
    if (!inner) return node;
    node = inner;
  }
}

/** The declaration of the name at a position, in whichever cell or library it is. */
function declarationAt(
  compiler: CellCompiler,
  program: ts.Program,
  source: ts.SourceFile,
  position: number,
): ts.Declaration | undefined {
  const checker = program.getTypeChecker();
  const original = (symbol: ts.Symbol | undefined): ts.Symbol | undefined =>
    symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const found = original(checker.getSymbolAtLocation(nodeAt(source, position)))?.declarations?.[0];
  // A variable of another cell is declared in the prefix, in the line before the text.
  if (!found || found.getSourceFile() !== source || found.end > source.text.indexOf("\n")) return found;
  const name = ts.isVariableDeclaration(found) && ts.isIdentifier(found.name) ? found.name.text : "";
  const owner = compiler.cells.owner(name);
  const module = owner && program.getSourceFile(compiler.project.path(`${owner.name}.${owner.isTsx ? "tsx" : "ts"}`));
  const symbol = module && checker.getSymbolAtLocation(module);
  const exported = symbol && checker.getExportsOfModule(symbol).find((each) => each.name === name);
  return original(exported)?.declarations?.[0] ?? found;
}

/** Where a cell declares the name of `declaration`: there, the compiler knows all about it. */
function cellDeclaration(
  compiler: CellCompiler,
  declaration: ts.Declaration,
): { file: string; position: number } | undefined {
  const file = declaration.getSourceFile();
  const name = ts.getNameOfDeclaration(declaration);
  if (!name || compiler.labelOf(file.fileName) === undefined) return undefined;
  return { file: file.fileName, position: name.getStart(file) };
}

/** The signatures of a function that has several. */
function overloadsOf(program: ts.Program, declaration: ts.Declaration | undefined): string[] {
  if (!declaration || !(ts.isFunctionLike(declaration) || ts.isVariableDeclaration(declaration))) return [];
  const name = ts.getNameOfDeclaration(declaration);
  const checker = program.getTypeChecker();
  const symbol = name && checker.getSymbolAtLocation(name);
  if (!symbol) return [];
  const signatures = checker.getTypeOfSymbolAtLocation(symbol, declaration).getCallSignatures();
  if (signatures.length < 2) return [];
  const shown = signatures
    .slice(0, MAX_OVERLOADS)
    .map((signature) => `${symbol.name}${checker.signatureToString(signature)}`);
  return ["", `// ${signatures.length} overloads`, ...shown];
}

/** The text of a declaration, with the place that it comes from. */
function declarationSource(compiler: CellCompiler, declaration: ts.Declaration): string {
  const file = declaration.getSourceFile();
  const whole = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const cell = compiler.isPresent(file.fileName) ? "this cell" : compiler.labelOf(file.fileName);
  const text = whole.getText(file);
  return `// ${cell ?? file.fileName}\n${text.slice(0, MAX_SOURCE)}`;
}
