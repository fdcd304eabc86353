/**
 * One output in several formats, keyed by MIME type; a front end shows the richest one it supports.
 * `text/plain` is always there. `image/png` is base64.
 */
export type MimeBundle = { readonly "text/plain": string } & Readonly<Record<string, unknown>>;

/** The display convention that Deno's kernel introduced: an object with a method of this name shows itself. */
export const JUPYTER_DISPLAY = Symbol.for("Jupyter.display");

/**
 * Adds the method with which an object shows itself, so that a kernel can also show it as a cell's last value. Added to
 * a prototype, it applies to all its objects. The method isn't enumerable: comparing, printing and copying ignore it.
 */
export function displayedAs<T extends object>(value: T, bundle: (value: T) => MimeBundle | Promise<MimeBundle>): T {
  return Object.defineProperty(value, JUPYTER_DISPLAY, {
    value(this: T) {
      return bundle(this);
    },
    configurable: true,
  });
}

/** Anything that makes its own MIME bundle: pictures, tables, explorers. */
export interface Displayable {
  /** The value in each MIME type that it can be shown in. */
  [JUPYTER_DISPLAY](): MimeBundle | Promise<MimeBundle>;
}
