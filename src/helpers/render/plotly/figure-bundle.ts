import type { MimeBundle } from "../../display/bundle";
import { isTensor, numbersOf } from "../../display/numbers";
import { FONT_FAMILY } from "../fonts";
import type { Figure } from "./figure";
import { figureText } from "./figure-text";
import { DEFAULT_SIZE, renderPng, staticTraceTypes } from "./static-image";

/** The MIME type by which JupyterLab, VS Code and others draw an interactive Plotly figure. */
export const PLOTLY_MIME = "application/vnd.plotly.v1+json";

/** Plotly's own margin below a plot, and what a line of small print takes of it, in pixels. */
const PLOTLY_MARGIN = 80;
const NOTE_HEIGHT = 18;

/** Trace types that front ends draw but that need WebGL, maps or an animation frame: they have no static image. */
const INTERACTIVE_ONLY: ReadonlySet<string> = new Set([
  "scattergl",
  "splom",
  "parcoords",
  "parcats",
  "sankey",
  "scatter3d",
  "surface",
  "mesh3d",
  "cone",
  "streamtube",
  "volume",
  "isosurface",
  "scattergeo",
  "choropleth",
  "scattermap",
  "choroplethmap",
  "densitymap",
  "scattermapbox",
  "choroplethmapbox",
  "densitymapbox",
  "scatterpolar",
  "scatterpolargl",
  "barpolar",
  "scattersmith",
  "indicator",
  "table",
  "treemap",
  "sunburst",
  "icicle",
  "funnelarea",
  "ohlc",
  "candlestick",
  "carpet",
  "scattercarpet",
  "contourcarpet",
]);

/**
 * A figure as output: interactive where the front end has Plotly, a PNG everywhere else, a summary in a terminal.
 *
 * Values that are not finite are drawn as gaps, and a line under the plot says how many there are.
 *
 * @throws when a trace is of no type that Plotly knows or its values are no lists of one length, or Plotly cannot draw the figure
 */
export function figureBundle(figure: Figure): MimeBundle {
  const { data, layout, notFinite } = plainFigure(figure);
  data.forEach(checkTrace);
  // Said in the figure, so that the interactive one looks like the image.
  const complete = { ...DEFAULT_SIZE, ...layout, font: { family: FONT_FAMILY, ...layout.font } };
  const drawn: Figure = { data, layout: notFinite === 0 ? complete : withNote(complete, gapsNote(notFinite)) };
  const interactive = { [PLOTLY_MIME]: { ...drawn, config: { displaylogo: false, ...figure.config } } };
  const text = figureText(drawn);
  if (!hasStaticImage(drawn))
    return { ...interactive, "text/plain": `${text}\n  (interactive only: no static image of such a trace)` };
  return { ...interactive, "image/png": Buffer.from(renderPng(drawn)).toString("base64"), "text/plain": text };
}

/** @throws when a trace is of no type that Plotly knows */
function hasStaticImage(figure: Figure): boolean {
  const drawable = staticTraceTypes();
  const types = figure.data.map((trace) => trace.type ?? "scatter");
  for (const type of types) {
    if (!drawable.includes(type) && !INTERACTIVE_ONLY.has(type)) {
      throw new Error(`Unknown trace type "${type}": expected one of ${drawable.join(", ")}.`);
    }
  }
  return types.every((type) => drawable.includes(type));
}

/** Where Plotly would draw nothing, or leave out what is too much, without a word. @throws when the values are no lists, or differ in length */
function checkTrace(trace: Figure["data"][number] | null, index: number): void {
  if (typeof trace !== "object" || trace === null)
    throw new Error(`Trace ${index} of the figure: expected an object such as { x, y, type }, found ${String(trace)}.`);
  const found: unknown[] = [trace.x, trace.y, trace.z];
  for (const [position, values] of found.entries()) {
    if (values === undefined || values === null || Array.isArray(values)) continue;
    throw new Error(
      `Trace ${index} of the figure: expected ${"xyz"[position]} to be a list of values, found ${typeof values}.`,
    );
  }
  const [x, y] = found as (unknown[] | undefined)[];
  if (x && y && ["scatter", "bar"].includes(trace.type ?? "scatter") && x.length !== y.length) {
    throw new Error(
      `Trace ${index} of the figure: expected as many values in y as in x, found ${y.length} and ${x.length}.`,
    );
  }
}

/** The figure as plain JSON: tensors and typed arrays as arrays, `null` for what is not finite, titles in the form that Plotly reads today. */
function plainFigure(figure: Figure): Figure & { notFinite: number } {
  if (!Array.isArray(figure.data))
    throw new Error(
      `Expected a figure's data to be a list of traces, found ${typeof figure.data}. Write plot([trace], layout).`,
    );
  let notFinite = 0;
  const plain = (value: unknown, key?: string): unknown => {
    if (typeof value === "number") {
      if (Number.isFinite(value)) return value;
      notFinite++;
      return null;
    }
    // Plotly 3 and later drop a title that is a string; nodeplotlib's users write it so.
    if (key === "title" && typeof value === "string") return { text: value };
    if (typeof value === "bigint") return Number(value);
    if (isTensor(value)) {
      numbersOf(value, "figure");
      return plain(value.arraySync());
    }
    if (ArrayBuffer.isView(value) && !(value instanceof DataView))
      return Array.from(value as unknown as ArrayLike<number>, (item) => plain(item));
    if (Array.isArray(value)) return value.map((item) => plain(item));
    if (value instanceof Date) return value.toISOString();
    if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value).filter(([, item]) => item !== undefined && typeof item !== "function");
      return Object.fromEntries(entries.map(([name, item]) => [name, plain(item, name)]));
    }
    return value;
  };
  const layout = plain(figure.layout) as Figure["layout"];
  notFinite = 0;
  const data = plain(figure.data) as Figure["data"];
  return { data, layout, notFinite };
}

function gapsNote(count: number): string {
  return count === 1 ? "1 value is not finite: drawn as a gap" : `${count} values are not finite: drawn as gaps`;
}

/** A line of small print in the lower right corner, below the axis, so that it hides nothing. */
function withNote(layout: Figure["layout"], text: string): Figure["layout"] {
  const bottom = (layout.margin?.b ?? PLOTLY_MARGIN) + NOTE_HEIGHT;
  const note = {
    text,
    showarrow: false,
    xref: "paper",
    yref: "paper",
    x: 1,
    y: 0,
    yshift: -bottom,
    xanchor: "right",
    yanchor: "bottom",
    font: { size: 11, color: "#d62728" },
  } as const;
  return { ...layout, margin: { ...layout.margin, b: bottom }, annotations: [...(layout.annotations ?? []), note] };
}
