/** Shows any value as one output: in a notebook, a terminal or a window. */
export { plot, stack } from "./plot";
export { show, showLive, type LiveDisplay } from "./show";
