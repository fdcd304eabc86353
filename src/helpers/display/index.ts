/** What outputs are made of: MIME bundles, markup and numbers, and the sink that they go to. */
export { JUPYTER_DISPLAY, type Displayable, type MimeBundle } from "./bundle";
export { escapeHtml, html, markdown } from "./markup";
export type { NestedNumbers, NumberSource, ShapedNumbers } from "./numbers";
export { setDisplaySink, type DisplaySink } from "./sink";
