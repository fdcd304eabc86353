/** What an output is made of: MIME bundles, markup, numbers, and the sink that takes them. */
export { JUPYTER_DISPLAY, type Displayable, type MimeBundle } from "./bundle";
export { escapeHtml, html, markdown } from "./markup";
export type { NestedNumbers, NumberSource, ShapedNumbers } from "./numbers";
export { setDisplaySink, type DisplaySink } from "./sink";
