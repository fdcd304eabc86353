import type { Config, Layout, Plot } from "nodeplotlib";

/** A Plotly figure in nodeplotlib's types: change what you like before you show it. */
export interface Figure {
  data: Plot[];
  layout: Layout;
  /** How the interactive figure behaves. */
  config?: Config;
}
