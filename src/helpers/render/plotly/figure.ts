import type { Config, Layout, Plot } from "nodeplotlib";

/** A Plotly figure, with nodeplotlib's types. You can change anything in it before you show it. */
export interface Figure {
  /** The traces. */
  data: Plot[];
  layout: Layout;
  /** How the interactive figure behaves. */
  config?: Config;
}
