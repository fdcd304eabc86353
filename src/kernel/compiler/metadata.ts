import ts from "typescript";

/** What a cell says of itself in the doc comments at its top, as tslab and TypeScript define it. */
export interface Metadata {
  /** `@module name`: the cell is a module, which others import as `./name`. */
  readonly module?: string;
  /** `@jsx`: there is JSX in it. */
  readonly jsx: boolean;
  /** `@jsx h`: the function that JSX calls. */
  readonly jsxFactory?: string;
  /** What TypeScript looks for in the first comments of a file, as one line. */
  readonly pragmas: string;
}

const MODULE = /^[\s*]*@module[ \t]+(\w+)\s*$/m;
const JSX = /^[\s*]*@jsx\b[ \t]*([\w.]*)/m;
const PRAGMA = /@jsx(?:Frag|ImportSource|Runtime)?[ \t]+[\w.@/-]+/g;

/** Reads the comments before the first token. */
export function metadataOf(code: string): Metadata {
  let module: string | undefined;
  let jsx: string | undefined;
  let pragmas = "";
  for (const { pos, end } of ts.getLeadingCommentRanges(code, 0) ?? []) {
    const comment = code.slice(pos, end);
    if (!comment.startsWith("/**")) continue;
    const inner = comment.slice("/**".length, -"*/".length);
    module ??= MODULE.exec(inner)?.[1];
    jsx ??= JSX.exec(inner)?.[1];
    pragmas += (inner.match(PRAGMA) ?? []).map((pragma) => `/** ${pragma} */`).join("");
  }
  return { module, jsx: jsx !== undefined, jsxFactory: jsx || undefined, pragmas };
}
