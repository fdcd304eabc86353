import type { Layout } from "nodeplotlib";
import type { LayoutAxis } from "plotly.js";
import { FONT_FAMILY } from "../render/fonts";
import { measureText } from "../render/text-metrics";

const TITLE_SIZE_PX = 16;

/** The width of a title in pixels, so that a small figure doesn't cut it off. */
export function titleWidth(title: string | undefined): number {
  const text = (title ?? "").replace(/<[^>]*>/g, "");
  return Math.ceil(measureText(text, { size: TITLE_SIZE_PX, bold: false, italic: false }).width) + 32;
}

/** What all figures have in common: font, size, and a title close to the plot. */
export function baseLayout(title: string | undefined, size: { width: number; height: number }): Layout {
  return {
    ...size,
    ...(title === undefined ? {} : { title: { text: title, font: { size: TITLE_SIZE_PX } } }),
    font: { family: FONT_FAMILY, size: 12 },
    margin: { l: 64, r: 24, t: title === undefined ? 24 : 56, b: 52 },
    paper_bgcolor: "white",
    plot_bgcolor: "white",
  };
}

/** An axis with its title close to its labels, and enough space for long labels. */
export function axis(title: string, more: Partial<LayoutAxis> = {}): Partial<LayoutAxis> {
  return { title: { text: title, standoff: 8 }, automargin: true, ...more };
}

/** The axis of epochs: whole numbers from 1. If there are few, each has a tick. */
export function epochAxis(epochs: number, more: Partial<LayoutAxis> = {}): Partial<LayoutAxis> {
  // Plotly would show a single epoch on an axis from 0 to 2.
  const ticks: Partial<LayoutAxis> = epochs === 1 ? { dtick: 1, range: [0.5, 1.5] } : epochs <= 10 ? { dtick: 1 } : {};
  return axis("epoch", { zeroline: false, ...ticks, ...more });
}

/**
 * Escapes text from data for Plotly, which interprets a few HTML tags and drops any other `<`. Titles aren't escaped,
 * so that you can use `<b>` in them.
 */
export function plainLabel(text: string | number): string {
  return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
