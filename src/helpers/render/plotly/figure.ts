import type { Config, Layout, Plot } from "nodeplotlib";
import { displayedAs } from "../../display/bundle";
import { figureBundle } from "./figure-bundle";

/** A Plotly figure in nodeplotlib's types: change what you like before you show it. */
export interface Figure {
  data: Plot[];
  layout: Layout;
  /** How the interactive figure behaves. */
  config?: Config;
}

/** A figure that a kernel also shows as a cell's last value, with whatever was changed in it. */
export function makeFigure(data: Plot[], layout: Layout): Figure {
  return displayedAs<Figure>({ data, layout }, figureBundle);
}
