import { inspect } from "node:util";

/** One value in several forms; a front end shows the richest that it knows. */
export type MimeBundle = Record<string, unknown>;

/** The method by which a value makes its own bundle, as Deno's kernel defines it. */
const DISPLAY = Symbol.for("Jupyter.display");
/** Rows of a table that are shown. */
const ROWS = 100;
const INSPECT = { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 80 };

/** First bytes of the picture formats that notebooks show. */
const PICTURES: readonly (readonly [type: string, first: readonly number[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
];

/**
 * The bundle of a value: of its own making, else a picture, HTML or SVG where it can make one, and text always.
 * @throws whatever the value's own method throws, and TypeError when that makes no bundle
 */
export async function toBundle(value: unknown): Promise<MimeBundle> {
  const methods = value as Record<PropertyKey, unknown> | null | undefined;
  if (isObject(value) && typeof methods?.[DISPLAY] === "function") {
    const bundle = await (methods[DISPLAY] as () => unknown).call(value);
    if (!isObject(bundle))
      throw new TypeError(`[Symbol.for("Jupyter.display")] must return a MIME bundle, found ${inspect(bundle)}.`);
    return encodeBytes({ ...bundle });
  }
  if (value instanceof Uint8Array) {
    const picture = PICTURES.find(([, first]) => first.every((byte, index) => value[index] === byte));
    if (picture) return encodeBytes({ [picture[0]]: value, "text/plain": `<${picture[0]}, ${value.length} bytes>` });
  }
  const bundle: MimeBundle = {};
  if (isObject(value)) {
    if (typeof methods?.toHTML === "function")
      bundle["text/html"] = (methods.toHTML as (options?: object) => unknown).call(value, { limit: ROWS });
    if (typeof methods?.toSVG === "function") bundle["image/svg+xml"] = (methods.toSVG as () => unknown).call(value);
    // An arquero table is a grid of private fields to `inspect`; its own text form is a table.
    if (typeof methods?.toHTML === "function" && typeof methods.toMarkdown === "function") {
      bundle["text/plain"] = (methods.toMarkdown as (options?: object) => unknown).call(value, { limit: ROWS });
    }
  }
  bundle["text/plain"] ??= inspect(value, INSPECT);
  return bundle;
}

/** Bytes go over the wire in base64. */
export function encodeBytes(bundle: MimeBundle): MimeBundle {
  for (const [type, data] of Object.entries(bundle)) {
    if (data instanceof Uint8Array)
      bundle[type] = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
  }
  return bundle;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
