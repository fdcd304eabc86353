/** The colours of everything that the helpers draw. */

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Training against validation, right against wrong. */
export const COLORS = {
  training: "#1f77b4",
  validation: "#ff7f0e",
  right: "#1a7f37",
  wrong: "#cf222e",
  unchosen: "#c7c7c7",
} as const;

/** Text, lesser text, and grid lines, on white. */
export const INK = "#333333";
export const FAINT_INK = "#777777";
export const GRID = "#e4e4e4";

/** The series of a comparison, in order; readers with colour blindness can tell them apart (Okabe and Ito, 2008). */
export const SERIES_COLORS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#000000"] as const;

/** Values with a sign go from blue (below zero) over white to red (ColorBrewer's RdBu). */
const BELOW_ZERO: Rgb = [33, 102, 172];
const ABOVE_ZERO: Rgb = [178, 24, 43];
const WHITE: Rgb = [255, 255, 255];

/** The colour of a signed value: blue at -1, white at 0, red at 1. Values beyond are drawn like the nearest end. */
export function divergingColor(share: number): Rgb {
  return mix(WHITE, share < 0 ? BELOW_ZERO : ABOVE_ZERO, Math.min(1, Math.abs(share)));
}

/** The grey of a value: black at 0, white at 1. Values beyond are drawn like the nearest end. */
export function greyLevel(share: number): number {
  return Math.round(255 * Math.max(0, Math.min(1, share)));
}

/** Whether white text is easier to read than black on a colour. */
export function isDark([red, green, blue]: Rgb): boolean {
  return 0.299 * red + 0.587 * green + 0.114 * blue < 140;
}

/** A colour as CSS writes it: `#2166ac`. */
export function cssColor(color: Rgb): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const channel = (index: number): number => Math.round(from[index] + (to[index] - from[index]) * share);
  return [channel(0), channel(1), channel(2)];
}
