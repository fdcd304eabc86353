import type { Config, Layout, Plot } from "nodeplotlib";
import type { Figure } from "../render/plotly/figure";
import { figureBundle } from "../render/plotly/figure-bundle";
import { displaySink } from "./current-sink";

const stacked: Figure[] = [];

/**
 * nodeplotlib's call: shows a plot under the cell in a notebook, in a window from a script with a desktop. No server stays behind,
 * nothing comes from the network, and each plot is shown once.
 *
 * Without arguments it shows what {@link stack} has kept back.
 *
 * @throws when Plotly cannot draw the figure
 */
export function plot(data?: Plot[], layout?: Layout, config?: Config): void {
  if (data !== undefined) stack(data, layout, config);
  for (const figure of stacked.splice(0)) displaySink().display(figureBundle(figure));
}

/** nodeplotlib's call: keeps a plot back until the next {@link plot}, which shows all of them in order. */
export function stack(data: Plot[], layout: Layout = {}, config?: Config): void {
  stacked.push({ data, layout, ...(config === undefined ? {} : { config }) });
}
