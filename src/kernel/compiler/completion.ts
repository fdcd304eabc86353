import type { Content } from "../protocol";
import { toCodePoints, toUtf16 } from "./positions";
import type { Compiler } from "./tslab";

/** Matches that are sent; a front end shows a fraction of them. */
const SENT = 1000;

/** The reply to a `complete_request`, with the kind of each match as JupyterLab's icons want it. */
export function complete(compiler: Compiler, declarations: string, code: string, cursor: number): Content {
  const { start, end, candidates, original } = compiler.complete(declarations, code, toUtf16(code, cursor));
  const kinds = new Map(original?.entries.map((entry) => [entry.name, entry.kind as string]));
  const matches = candidates.slice(0, SENT);
  const range = { start: toCodePoints(code, start), end: toCodePoints(code, end) };
  return {
    status: "ok",
    matches,
    cursor_start: range.start,
    cursor_end: range.end,
    metadata: {
      _jupyter_types_experimental: matches.map((text) => ({
        ...range,
        text,
        type: KINDS[kinds.get(text) ?? ""] ?? kinds.get(text) ?? "",
      })),
    },
  };
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
