import ts from "typescript";
import type { Content } from "../protocol";
import type { CellCompiler } from "./cell-compiler";
import { toCodePoints, toUtf16 } from "./positions";

/** Matches that are sent; a front end shows a fraction of them. */
const MAX_MATCHES = 1000;
/** Letters that a name must have before other modules are searched for it. */
const MIN_AUTO_IMPORT = 3;

const PREFERENCES: ts.UserPreferences = {
  includeCompletionsWithInsertText: true,
  includeCompletionsForImportStatements: true,
  importModuleSpecifierPreference: "shortest",
  quotePreference: "double",
};

interface Match {
  readonly text: string;
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** Signature or documentation, shown beside it. */
  readonly signature?: string;
}

/**
 * The reply to a `complete_request`, with the kind of each match for JupyterLab's icons.
 * @param cursor in code points
 */
export function complete(compiler: CellCompiler, code: string, cursor: number): Content {
  const at = toUtf16(code, cursor);
  const word = wordBefore(code, at);
  const found = matchesAt(compiler, code, at, word);
  const [first] = found;
  const range = {
    start: toCodePoints(code, first?.start ?? at - word.length),
    end: toCodePoints(code, first?.end ?? at),
  };
  const matches = found.slice(0, MAX_MATCHES);
  return {
    status: "ok",
    matches: matches.map(({ text }) => text),
    cursor_start: range.start,
    cursor_end: range.end,
    metadata: {
      _jupyter_types_experimental: matches.map(({ text, kind, signature }) => ({
        ...range,
        text,
        type: KINDS[kind] ?? kind,
        signature,
      })),
    },
  };
}

function matchesAt(compiler: CellCompiler, code: string, at: number, word: string): Match[] {
  const { source, offset } = compiler.present(code);
  const { service } = compiler.project;
  const info = service.getCompletionsAtPosition(source.fileName, offset + at, PREFERENCES);
  const start = at - word.length;
  const lower = word.toLowerCase();
  const own: Match[] = [];
  const rest: (Match & { readonly rank: string })[] = [];
  for (const entry of info?.entries ?? []) {
    if (/^__cell_\d*_*/.test(entry.name)) continue;
    const name = entry.name;
    // A property behind the dot that is no name is reached by brackets, which would replace the dot.
    if (entry.insertText?.startsWith("[") || entry.insertText?.startsWith("?.")) continue;
    const span = entry.replacementSpan ?? info?.optionalReplacementSpan;
    const from = entry.replacementSpan ? entry.replacementSpan.start - offset : start;
    const typed = code.slice(from, at).toLowerCase();
    if (!name.toLowerCase().startsWith(typed)) continue;
    const end = span
      ? Math.max(at, Math.min(span.start + span.length - offset, entry.replacementSpan ? Infinity : at))
      : at;
    rest.push({ text: entry.insertText ?? name, kind: entry.kind, start: from, end, rank: entry.sortText + name });
  }
  const isName = info !== undefined && !info.isMemberCompletion && !inText(info, code, start);
  if (isName) {
    const known = new Set(rest.map(({ text }) => text));
    for (const name of compiler.cells.names) {
      if (known.has(name) || !name.toLowerCase().startsWith(lower)) continue;
      own.push({ text: name, kind: compiler.cells.kind(name) === "variable" ? "let" : "const", start, end: at });
    }
  }
  rest.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  const all = [...own, ...rest];
  if (all.length > 0 || !isName || word.length < MIN_AUTO_IMPORT) return all;
  return autoImport(compiler, source, offset, code, at, word);
}

/** A name that some module exports, with the line that imports it, when nothing nearer begins so. */
function autoImport(
  compiler: CellCompiler,
  source: ts.SourceFile,
  offset: number,
  code: string,
  at: number,
  word: string,
): Match[] {
  const { service } = compiler.project;
  const preferences = { ...PREFERENCES, includeCompletionsForModuleExports: true };
  const info = service.getCompletionsAtPosition(source.fileName, offset + at, preferences);
  const candidates = (info?.entries ?? []).filter(
    ({ name, source: module }) => module !== undefined && name.startsWith(word) && !/__cell_/.test(module),
  );
  const found = new Map<string, Match>();
  for (const { name, source: module, data, kind } of candidates.slice(0, 20)) {
    const details = service.getCompletionEntryDetails(
      source.fileName,
      offset + at,
      name,
      {},
      module,
      preferences,
      data,
    );
    const change = details?.codeActions?.[0]?.changes[0]?.textChanges;
    if (!change) continue;
    const line = /^\s*(import [^\n]+)/.exec(change[0].newText)?.[1];
    if (line === undefined || change.length > 1) continue;
    const text = `${line}\n${code.slice(0, at - word.length)}${name}`;
    const known = found.get(name);
    if (!known || line.includes('"node:')) found.set(name, { text, kind, start: 0, end: at });
  }
  return [...found.values()];
}

/** Whether a string's content is being completed: a path, or one of the values that are allowed. */
function inText(info: ts.CompletionInfo, code: string, start: number): boolean {
  return /['"`/]$/.test(code.slice(0, start)) || info.entries.some(({ kind }) => TEXTS.has(kind));
}

const TEXTS = new Set<string>([
  ts.ScriptElementKind.string,
  ts.ScriptElementKind.directory,
  ts.ScriptElementKind.scriptElement,
  ts.ScriptElementKind.externalModuleName,
]);

function wordBefore(code: string, at: number): string {
  return /[\p{ID_Continue}$#]*$/u.exec(code.slice(0, at))?.[0] ?? "";
}

/** TypeScript's kinds by the names that have an icon in JupyterLab. */
const KINDS: Record<string, string> = {
  const: "constant",
  let: "variable",
  var: "variable",
  "local var": "variable",
  parameter: "variable",
  getter: "property",
  setter: "property",
  "local function": "function",
  "local class": "class",
  constructor: "class",
  alias: "module",
  "external module name": "module",
  "enum member": "enum",
  "primitive type": "type",
  "type parameter": "type",
  directory: "folder",
  script: "file",
};
