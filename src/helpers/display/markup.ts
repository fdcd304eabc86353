import { JUPYTER_DISPLAY, type Displayable } from "./bundle";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Escapes text for HTML and SVG, both for element content and for quoted attributes.
 *
 * @example html(`<b>${escapeHtml("a < b")}</b>`, "a < b") // <b>a &lt; b</b>
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]);
}

/**
 * Your own HTML as one output.
 *
 * @param markup shown as it is, so use {@link escapeHtml} for anything that comes from data; GitHub strips scripts
 *   and styles
 * @param text what a terminal shows instead
 * @example await show(html("<b>98.7 %</b>", "98.7 %"));
 */
export function html(markup: string, text: string): Displayable {
  return { [JUPYTER_DISPLAY]: () => ({ "text/html": markup, "text/plain": text }) };
}

/**
 * Markdown as one output; a terminal shows its source.
 *
 * @example await show(markdown("The test accuracy is **98.7 %**."));
 */
export function markdown(text: string): Displayable {
  return { [JUPYTER_DISPLAY]: () => ({ "text/markdown": text, "text/plain": text }) };
}
