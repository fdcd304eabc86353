/** Shows any value: in a notebook, a terminal or a window. */
export { plot, stack } from "./plot";
export { show, showLive, type LiveDisplay } from "./show";
