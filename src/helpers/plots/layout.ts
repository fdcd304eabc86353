import type { Layout } from "nodeplotlib";
import type { LayoutAxis } from "plotly.js";
import { FONT_FAMILY } from "../render/fonts";
import { measureText } from "../render/text-metrics";

/** The colours of figures and live displays: training against validation, right against wrong. */
export const COLORS = {
  training: "#1f77b4",
  validation: "#ff7f0e",
  right: "#2ca02c",
  wrong: "#d62728",
  neutral: "#7f7f7f",
} as const;

/** The series of a comparison, in order; colours that readers with colour blindness can tell apart (Okabe and Ito). */
export const SERIES_COLORS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#000000"] as const;

const TITLE_SIZE = 16;

/** The width that a title needs, in pixels: a small figure must not cut it off. */
export function titleWidth(title: string | undefined): number {
  const text = (title ?? "").replace(/<[^>]*>/g, "");
  return Math.ceil(measureText(text, { size: TITLE_SIZE, bold: false, italic: false }).width) + 32;
}

/** What all figures have in common: the font, the size, a title close to the plot and room for it. */
export function baseLayout(title: string | undefined, size: { width: number; height: number }): Layout {
  return {
    ...size,
    ...(title === undefined ? {} : { title: { text: title, font: { size: TITLE_SIZE } } }),
    font: { family: FONT_FAMILY, size: 12 },
    margin: { l: 64, r: 24, t: title === undefined ? 24 : 56, b: 52 },
    paper_bgcolor: "white",
    plot_bgcolor: "white",
  };
}

/** An axis with its title close to its labels, and room made for long labels. */
export function axis(title: string, more: Partial<LayoutAxis> = {}): Partial<LayoutAxis> {
  return { title: { text: title, standoff: 8 }, automargin: true, ...more };
}

/** The axis of epochs: whole numbers from 1, each one marked while there are few. */
export function epochAxis(epochs: number, more: Partial<LayoutAxis> = {}): Partial<LayoutAxis> {
  // One epoch alone would stand in the middle of 0 … 2.
  const ticks: Partial<LayoutAxis> = epochs === 1 ? { dtick: 1, range: [0.5, 1.5] } : epochs <= 10 ? { dtick: 1 } : {};
  return axis("epoch", { zeroline: false, ...ticks, ...more });
}

/**
 * Text from data as Plotly may have it: Plotly reads a few HTML tags, and would drop a `<` that begins none.
 * Titles are left alone, so that an author can write `<b>` in them.
 */
export function plainLabel(text: string | number): string {
  return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
