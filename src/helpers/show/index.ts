export * from "./bundle";
export { escapeHtml, html, markdown } from "./markup";
export type { NestedNumbers, NumberSource, ShapedNumbers } from "./numbers";
export { plot, stack } from "./plot";
export { show, showLive, type LiveDisplay } from "./show";
export { setDisplaySink, type DisplaySink } from "./sink";
