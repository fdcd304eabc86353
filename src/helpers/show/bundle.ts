/**
 * One output in several representations, keyed by MIME type; a front end picks the richest that it knows.
 * `text/plain` is always there. `image/png` is base64.
 */
export type MimeBundle = { readonly "text/plain": string } & Readonly<Record<string, unknown>>;

/** The display convention that Deno's kernel introduced: an object says itself how it wants to be shown. */
export const JUPYTER_DISPLAY = Symbol.for("Jupyter.display");

/** Anything that brings its own MIME bundle: pictures, tables, model views, explorers. */
export interface Displayable {
  [JUPYTER_DISPLAY](): MimeBundle | Promise<MimeBundle>;
}
