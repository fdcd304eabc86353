import type { Plot } from "nodeplotlib";
import { checkDigits, checkLabels, checkMatrix, range } from "../display/checks";
import { cssColor, divergingColor } from "../display/colors";
import type { Figure } from "../render/plotly/figure";
import { makeFigure } from "../render/plotly/make-figure";
import { axis, baseLayout, plainLabel, titleWidth } from "./layout";

/** A heat map with numbers in its cells. nodeplotlib's types are those of Plotly 1, which couldn't do that yet. */
type HeatmapTrace = Plot & { type: "heatmap"; texttemplate: string };

/** How {@link heatmapFigure} looks. */
export interface HeatmapOptions {
  readonly title?: string;
  readonly xTitle?: string;
  readonly yTitle?: string;
  /** The names of the columns and rows; by default their indices. */
  readonly xLabels?: readonly (string | number)[];
  readonly yLabels?: readonly (string | number)[];
  /** Decimal places of the numbers in the cells; by default 0 if all are whole numbers, otherwise 2. */
  readonly digits?: number;
}

/** White to dark blue (ColorBrewer's Blues). */
const SEQUENTIAL: [number, string][] = [
  [0, "#f7fbff"],
  [0.25, "#c6dbef"],
  [0.5, "#6baed6"],
  [0.75, "#2171b5"],
  [1, "#08306b"],
];

/** Blue over white to red, for values with a sign. */
const DIVERGING = [0, 0.5, 1].map((share): [number, string] => [share, cssColor(divergingColor(2 * share - 1))]);

/**
 * A small matrix as coloured cells with numbers in them; row 0 is at the top. If a value is negative, the colours
 * diverge from white at 0: red above, blue below.
 *
 * @param matrix rows of equal length
 * @throws if the matrix is empty, its rows differ in length, or there isn't one label for each row or column
 * @see notebooks/05-preprocess.ipynb
 * @example await show(heatmapFigure([[1, -1], [0, 2]]));
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
