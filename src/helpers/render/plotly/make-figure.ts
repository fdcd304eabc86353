import type { Layout, Plot } from "nodeplotlib";
import { displayedAs } from "../../display/bundle";
import type { Figure } from "./figure";
import { figureBundle } from "./figure-bundle";

/** Makes a figure that a kernel also shows as a cell's last value, including later changes. */
export function makeFigure(data: Plot[], layout: Layout): Figure {
  return displayedAs<Figure>({ data, layout }, figureBundle);
}
