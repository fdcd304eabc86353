import type { Config, Layout, Plot } from "nodeplotlib";
import { displayedAs } from "../../display/bundle";
import { figureBundle } from "./figure-bundle";

/** A Plotly figure, with nodeplotlib's types. You can change anything in it before you show it. */
export interface Figure {
  /** The traces. */
  data: Plot[];
  layout: Layout;
  /** How the interactive figure behaves. */
  config?: Config;
}

/** Makes a figure that a kernel also shows as a cell's last value, including later changes. */
export function makeFigure(data: Plot[], layout: Layout): Figure {
  return displayedAs<Figure>({ data, layout }, figureBundle);
}
