import type { Plot } from "nodeplotlib";
import { checkDigits, checkLabels, checkMatrix, range } from "../display/checks";
import { makeFigure, type Figure } from "../render/plotly/figure";
import { axis, baseLayout, plainLabel, titleWidth } from "./layout";

/** nodeplotlib's types are those of Plotly 1, which could not yet write into the cells of a heat map. */
export type HeatmapTrace = Plot & { type: "heatmap"; texttemplate: string };

export interface HeatmapOptions {
  readonly title?: string;
  readonly xTitle?: string;
  readonly yTitle?: string;
  /** Names of the columns and of the rows; by default their index. */
  readonly xLabels?: readonly (string | number)[];
  readonly yLabels?: readonly (string | number)[];
  /** Decimal places of the numbers in the cells; by default none for whole numbers, else 2. */
  readonly digits?: number;
}

/**
 * A small matrix as coloured cells with its numbers written in them; row 0 is at the top, as in print.
 * Where a value is negative, colours diverge from white at 0: red above, blue below.
 *
 * @param matrix rows of equal length
 * @throws when the matrix is empty or its rows differ in length, or when labels and cells don't match
 */
export function heatmapFigure(matrix: readonly (readonly number[])[], options: HeatmapOptions = {}): Figure {
  const [rows, columns] = checkMatrix("heatmapFigure", matrix);
  checkLabels("heatmapFigure: xLabels", options.xLabels, columns);
  checkLabels("heatmapFigure: yLabels", options.yLabels, rows);
  checkDigits("heatmapFigure", options.digits);
  const finite = matrix.flat().filter(Number.isFinite);
  const largest = Math.max(...finite.map(Math.abs), Number.MIN_VALUE);
  const signed = finite.some((value) => value < 0);
  const digits = options.digits ?? (finite.every(Number.isInteger) ? 0 : 2);
  const trace: HeatmapTrace = {
    type: "heatmap",
    z: matrix.map((row) => [...row]),
    x: (options.xLabels ?? range(columns)).map(plainLabel),
    y: (options.yLabels ?? range(rows)).map(plainLabel),
    colorscale: signed ? DIVERGING : SEQUENTIAL,
    zmin: signed ? -largest : Math.min(0, ...finite),
    zmax: largest,
    texttemplate: `%{z:.${digits}f}`,
    xgap: 1,
    ygap: 1,
    showscale: false,
    hovertemplate: `${options.yTitle ?? "row"} %{y}, ${options.xTitle ?? "column"} %{x}: %{z}<extra></extra>`,
  };
  const width = Math.max(280, titleWidth(options.title), Math.min(700, 110 + 52 * columns));
  const height = Math.max(220, Math.min(600, 120 + 36 * rows));
  return makeFigure([trace], {
    ...baseLayout(options.title, { width, height }),
    xaxis: axis(options.xTitle ?? "column", { type: "category", showgrid: false }),
    yaxis: axis(options.yTitle ?? "row", { type: "category", autorange: "reversed", showgrid: false }),
  });
}

/** White to dark blue. */
export const SEQUENTIAL: [number, string][] = [
  [0, "#f7fbff"],
  [0.25, "#c6dbef"],
  [0.5, "#6baed6"],
  [0.75, "#2171b5"],
  [1, "#08306b"],
];

/** Blue, white at the middle, red: for values with a sign. */
export const DIVERGING: [number, string][] = [
  [0, "#2166ac"],
  [0.25, "#92c5de"],
  [0.5, "#ffffff"],
  [0.75, "#f4a582"],
  [1, "#b2182b"],
];
