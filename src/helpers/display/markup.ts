import { JUPYTER_DISPLAY, type Displayable } from "./bundle";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text made harmless for HTML and SVG, in element content and in quoted attributes alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]);
}

/**
 * HTML of your own as one output.
 *
 * @param markup shown as it is: escape what comes from data with {@link escapeHtml}. Code hosts strip scripts and styles.
 * @param text what a terminal shows instead
 */
export function html(markup: string, text: string): Displayable {
  return { [JUPYTER_DISPLAY]: () => ({ "text/html": markup, "text/plain": text }) };
}

/** Markdown as one output; a terminal shows its source. */
export function markdown(text: string): Displayable {
  return { [JUPYTER_DISPLAY]: () => ({ "text/markdown": text, "text/plain": text }) };
}
