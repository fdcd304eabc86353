import type { Layout, Plot } from "nodeplotlib";
import { show } from "./show";

/**
 * nodeplotlib's call, shown where one looks: under the cell in a notebook, in a window from a script with a desktop. No server is started.
 */
export async function plot(data: Plot[], layout: Layout = {}): Promise<void> {
  const figures = [...stacked.splice(0), { data, layout }];
  for (const figure of figures) await show(figure);
}

const stacked: { data: Plot[]; layout: Layout }[] = [];

/** Keeps a plot back until the next call of {@link plot}, which shows all of them in order. */
export function stack(data: Plot[], layout: Layout = {}): void {
  stacked.push({ data, layout });
}
