import { inspect, types } from "node:util";
import { inspectValue } from "./inspect-value";
import { CellTypeError, fromCell, isThenable } from "./realm";

/** One value in several formats; a front end shows the richest format that it supports. */
export type MimeBundle = Record<string, unknown>;

/** The method with which a value creates its own bundle, as defined by Deno's kernel. */
const DISPLAY = Symbol.for("Jupyter.display");
/** Table rows that are shown. */
const MAX_ROWS = 100;

/** The first bytes of the picture formats that notebooks show. */
const PICTURES: readonly (readonly [type: string, first: readonly number[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
];

/**
 * The bundle of a value: the one that the value creates itself, or else a picture, HTML or SVG if it has one, and text.
 * @throws whatever the value's own method throws; TypeError if that doesn't return a bundle
 */
export async function toBundle(value: unknown): Promise<MimeBundle> {
  const own = ownBundle(value);
  return own === undefined ? bundleOf(value) : checkedBundle(await fromCell(own.bundle));
}

/** Like `toBundle`, where nothing can be awaited: a bundle that would have to be is replaced by text. */
export function toBundleNow(value: unknown): MimeBundle {
  const own = ownBundle(value);
  if (own === undefined) return bundleOf(value);
  return isThenable(own.bundle) ? { "text/plain": inspectValue(value) } : checkedBundle(own.bundle);
}

/** The bundle that a value creates itself, or a promise of it. */
function ownBundle(value: unknown): { bundle: unknown } | undefined {
  const methods = value as Record<PropertyKey, unknown> | null | undefined;
  if (!isObject(value) || typeof methods?.[DISPLAY] !== "function") return undefined;
  return { bundle: Reflect.apply(methods[DISPLAY] as () => unknown, value, []) };
}

function checkedBundle(bundle: unknown): MimeBundle {
  if (!isObject(bundle))
    throw new CellTypeError(`[Symbol.for("Jupyter.display")]: expected a MIME bundle, found ${inspect(bundle)}.`);
  return encodeBytes({ ...bundle });
}

/** The bundle of a value that doesn't create one. */
function bundleOf(value: unknown): MimeBundle {
  const methods = value as Record<PropertyKey, unknown> | null | undefined;
  if (types.isUint8Array(value)) {
    const picture = PICTURES.find(([, first]) => first.every((byte, index) => value[index] === byte));
    if (picture) return encodeBytes({ [picture[0]]: value, "text/plain": `<${picture[0]}, ${value.length} bytes>` });
  }
  const bundle: MimeBundle = {};
  if (isObject(value)) {
    if (typeof methods?.toHTML === "function")
      bundle["text/html"] = Reflect.apply(methods.toHTML as () => unknown, withEscapedNames(value), [
        { limit: MAX_ROWS },
      ]);
    if (typeof methods?.toSVG === "function")
      bundle["image/svg+xml"] = Reflect.apply(methods.toSVG as () => unknown, value, []);
    // `inspect` would show an arquero table's private fields; its own text format is a table.
    if (typeof methods?.toHTML === "function" && typeof methods.toMarkdown === "function") {
      bundle["text/plain"] = Reflect.apply(methods.toMarkdown as () => unknown, value, [{ limit: MAX_ROWS }]);
    }
  }
  bundle["text/plain"] ??= inspectValue(value);
  return bundle;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** arquero's `toHTML` escapes cells but not column names, which come from people's files: script in one would run. */
function withEscapedNames(value: object): object {
  const { columnNames, rename } = value as Record<string, unknown>;
  if (typeof columnNames !== "function" || typeof rename !== "function") return value;
  const names = Reflect.apply(columnNames as () => string[], value, []);
  const escaped = names.map((name) => [name, name.replace(/[&<>]/g, (character) => ESCAPES[character])]);
  return Reflect.apply(rename as () => object, value, [Object.fromEntries(escaped)]) as object;
}

/**
 * Encodes bytes in base64, as the protocol wants them.
 * @throws TypeError for a function or a symbol, which JSON would silently leave out
 */
export function encodeBytes(bundle: MimeBundle): MimeBundle {
  for (const [type, data] of Object.entries(bundle)) {
    if (typeof data === "function" || typeof data === "symbol")
      throw new CellTypeError(`${type}: expected data that JSON can represent, found a ${typeof data}.`);
    if (types.isUint8Array(data))
      bundle[type] = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
  }
  return bundle;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
