/**
 * One output in several representations, keyed by MIME type; a front end picks the richest that it knows.
 * `text/plain` is always there. `image/png` is base64.
 */
export type MimeBundle = { readonly "text/plain": string } & Readonly<Record<string, unknown>>;

/** The display convention that Deno's kernel introduced: an object says itself how it wants to be shown. */
export const JUPYTER_DISPLAY = Symbol.for("Jupyter.display");

/**
 * Gives an object the method that says how it wants to be shown, so that a kernel shows it well as a cell's last value too. A prototype
 * gives it to all its objects. The method is not enumerable: comparing, printing and copying see the object as it was.
 */
export function displayedAs<T extends object>(value: T, bundle: (value: T) => MimeBundle | Promise<MimeBundle>): T {
  return Object.defineProperty(value, JUPYTER_DISPLAY, {
    value(this: T) {
      return bundle(this);
    },
    configurable: true,
  });
}

/** Anything that brings its own MIME bundle: pictures, tables, model views, explorers. */
export interface Displayable {
  [JUPYTER_DISPLAY](): MimeBundle | Promise<MimeBundle>;
}
