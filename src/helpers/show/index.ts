/** The only room that talks to the display: one MIME bundle for each output, to a notebook, a terminal or a window. */
export { JUPYTER_DISPLAY, type Displayable, type MimeBundle } from "./bundle";
export { escapeHtml, html, markdown } from "./markup";
export type { NestedNumbers, NumberSource, ShapedNumbers } from "./numbers";
export { plot, stack } from "./plot";
export { show, showLive, type LiveDisplay } from "./show";
export { setDisplaySink, type DisplaySink } from "./sink";
