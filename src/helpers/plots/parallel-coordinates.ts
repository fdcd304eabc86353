import { FAINT_INK, INK, SERIES_COLORS } from "../display/colors";
import type { Figure } from "../render/plotly/figure";
import { makeFigure } from "../render/plotly/make-figure";
import { baseLayout, plainLabel } from "./layout";

/** A row of a table of runs. */
export type Run = Readonly<Record<string, unknown>>;

/** How {@link parallelCoordinatesFigure} looks. */
export interface ParallelCoordinatesOptions {
  readonly title?: string;
  /** The columns to draw, from left to right; the last one is the result, which gives the lines their colours. */
  readonly axes: readonly string[];
}

/** Ticks of an axis of numbers. */
const TICKS = 3;
/** From the worst result to the best. */
const [WORST, BEST] = [SERIES_COLORS[4], SERIES_COLORS[5]];

interface Axis {
  readonly name: string;
  /** Where a value is on the axis, from 0 (bottom) to 1 (top). */
  position(value: unknown): number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/**
 * Runs as lines across parallel axes: parameters on the left, the result on the right. A parameter matters where the
 * lines of good results meet.
 *
 * Axes of numbers are linear, or logarithmic if their values are positive and span a factor of 50 or more. Axes of
 * other values have a place for each.
 *
 * @param runs rows of `runs().objects()`; one without a value for each axis is left out, and the title says so
 * @throws if fewer than two axes are given, or no run has a value for each
 * @see notebooks/15-experiments.ipynb
 * @example
 * const rows = runs({ tag: "learning rates" }).objects() as Run[];
 * await show(parallelCoordinatesFigure(rows, { axes: ["learningRate", "batchSize", "val_accuracy"] }));
 */
export function parallelCoordinatesFigure(
  runs: readonly Run[],
  { title, axes: names }: ParallelCoordinatesOptions,
): Figure {
  if (names.length < 2)
    throw new Error(`parallelCoordinatesFigure: expected at least two axes, found ${names.length}.`);
  const complete = runs.filter((run) => names.every((name) => isDrawable(run[name])));
  if (complete.length === 0) {
    throw new Error(
      `parallelCoordinatesFigure: expected a run with a value for each of ${names.join(", ")}, found none among ` +
        `${runs.length}.`,
    );
  }
  const axes = names.map((name) =>
    axisOf(
      name,
      complete.map((run) => run[name]),
    ),
  );
  const result = axes[axes.length - 1];
  const lines = complete.map((run): Figure["data"][number] => {
    const share = result.position(run[result.name]);
    return {
      type: "scatter",
      mode: "lines",
      x: axes.map((_, index) => index),
      y: axes.map((axis) => axis.position(run[axis.name])),
      line: { color: mix(WORST, BEST, share), width: 2 },
      opacity: 0.4 + 0.6 * share,
      hoverinfo: "text",
      text: plainLabel(axes.map(({ name }) => `${name}: ${format(run[name])}`).join(", ")),
      showlegend: false,
    };
  });
  const missing = runs.length - complete.length;
  const note = missing === 0 ? undefined : `left out for lack of a value: ${missing} of ${runs.length} runs`;
  const heading = [title, note].filter((line) => line !== undefined).join("<br>");
  const layout = baseLayout(heading === "" ? undefined : heading, {
    width: 160 + 150 * (axes.length - 1),
    height: 400,
  });
  return makeFigure(lines, {
    ...layout,
    margin: { ...layout.margin, l: 80, r: 80 },
    xaxis: {
      tickvals: axes.map((_, index) => index),
      ticktext: axes.map(({ name }) => `<b>${plainLabel(name)}</b>`),
      range: [-0.15, axes.length - 0.85],
      showgrid: false,
      zeroline: false,
    },
    yaxis: { visible: false, range: [-0.06, 1.06] },
    shapes: axes.map((_, index) => ({
      type: "line",
      x0: index,
      x1: index,
      y0: 0,
      y1: 1,
      line: { color: FAINT_INK, width: 1 },
    })),
    annotations: axes.flatMap(({ ticks }, index) =>
      ticks.map(({ at, label }) => ({
        x: index,
        y: at,
        text: plainLabel(label),
        showarrow: false,
        xanchor: index === 0 ? ("right" as const) : ("left" as const),
        xshift: index === 0 ? -6 : 6,
        font: { size: 11, color: INK },
        bgcolor: "rgba(255, 255, 255, 0.7)",
      })),
    ),
  });
}

function isDrawable(value: unknown): boolean {
  return typeof value === "number" ? Number.isFinite(value) : typeof value === "string" || typeof value === "boolean";
}

function axisOf(name: string, values: readonly unknown[]): Axis {
  const numbers = values.filter((value) => typeof value === "number");
  return numbers.length === values.length ? numberAxis(name, numbers) : categoryAxis(name, values);
}

function numberAxis(name: string, values: readonly number[]): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const isLogarithmic = low > 0 && high / low >= 50;
  const scale = isLogarithmic ? Math.log : (value: number) => value;
  const unscale = isLogarithmic ? Math.exp : (value: number) => value;
  const distinct = [...new Set(values)];
  const span = scale(high) - scale(low);
  const position = (value: unknown): number => (span === 0 ? 0.5 : (scale(value as number) - scale(low)) / span);
  const between = Array.from({ length: TICKS }, (_, index) => unscale(scale(low) + (span * index) / (TICKS - 1)));
  const labelled = distinct.length <= 5 ? distinct : between;
  return { name, position, ticks: labelled.map((value) => ({ at: position(value), label: format(value) })) };
}

function categoryAxis(name: string, values: readonly unknown[]): Axis {
  const distinct = [...new Set(values.map(format))].sort();
  const position = (value: unknown): number =>
    distinct.length === 1 ? 0.5 : distinct.indexOf(format(value)) / (distinct.length - 1);
  return { name, position, ticks: distinct.map((label) => ({ at: position(label), label })) };
}

function format(value: unknown): string {
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value);
}

function mix(from: string, to: string, share: number): string {
  const channels = (color: string): number[] => [1, 3, 5].map((start) => parseInt(color.slice(start, start + 2), 16));
  const [start, end] = [channels(from), channels(to)];
  return `rgb(${start.map((channel, index) => Math.round(channel + (end[index] - channel) * share)).join(", ")})`;
}
