import type { Config, Layout, Plot } from "nodeplotlib";
import type { Figure } from "../render/plotly/figure";
import { figureBundle } from "../render/plotly/figure-bundle";
import { displaySink } from "./current-sink";

const stacked: Figure[] = [];

/**
 * nodeplotlib's `plot`: shows a plot under the cell in a notebook, or in a window if a script runs on a desktop. Unlike
 * the original, it needs no network and leaves no server running.
 *
 * Without arguments it shows the plots kept by {@link stack}.
 *
 * @throws if Plotly can't draw the figure
 * @see notebooks/10-plots.ipynb
 * @example plot([{ y: [0.42, 0.11, 0.07], type: "scatter" }], { title: { text: "Loss" } });
 */
export function plot(data?: Plot[], layout?: Layout, config?: Config): void {
  if (data !== undefined) stack(data, layout, config);
  for (const figure of stacked.splice(0)) displaySink().display(figureBundle(figure));
}

/**
 * nodeplotlib's `stack`: keeps a plot until the next call of {@link plot}, which shows all of them in order.
 *
 * @see notebooks/02-convolution.ipynb
 * @example
 * stack([{ y: [0.42, 0.11] }]);
 * stack([{ y: [0.87, 0.97] }]);
 * plot(); // shows both
 */
export function stack(data: Plot[], layout: Layout = {}, config?: Config): void {
  stacked.push({ data, layout, ...(config === undefined ? {} : { config }) });
}
