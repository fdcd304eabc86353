import { UsageError } from "../../../shared/usage-error";
import type { MimeBundle } from "../../display/bundle";
import { COLORS } from "../../display/colors";
import { isTensor, numbersOf } from "../../display/numbers";
import { FONT_FAMILY } from "../fonts";
import type { Figure } from "./figure";
import { figureText } from "./figure-text";
import { DEFAULT_SIZE, renderPng, staticTraceTypes } from "./static-image";

/** The MIME type of interactive Plotly figures in JupyterLab, VS Code and other front ends. */
export const PLOTLY_MIME = "application/vnd.plotly.v1+json";

/** Plotly's default margin below a plot, and the height of a note in it. */
const PLOTLY_MARGIN_PX = 80;
const NOTE_HEIGHT_PX = 18;

/** Trace types without a static image: front ends draw them, but they need WebGL, maps or animation frames. */
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
 * A figure as one output: interactive in a front end that has Plotly, a PNG in others, a summary in a terminal.
 *
 * Values that aren't finite are drawn as gaps, and a note under the plot says how many there are.
 *
 * @throws if Plotly doesn't know a trace's type or can't draw the figure, or a trace's values aren't lists of one
 * length
 */
export function figureBundle(figure: Figure): MimeBundle {
  const { data, layout, notFinite } = plainFigure(figure);
  data.forEach(checkTrace);
  // Size and font are set explicitly, so that the interactive figure looks like the image.
  const complete = { ...DEFAULT_SIZE, ...layout, font: { family: FONT_FAMILY, ...layout.font } };
  const drawn: Figure = { data, layout: notFinite === 0 ? complete : withNote(complete, gapsNote(notFinite)) };
  const interactive = { [PLOTLY_MIME]: { ...drawn, config: { displaylogo: false, ...figure.config } } };
  const text = figureText(drawn);
  if (!hasStaticImage(drawn))
    return { ...interactive, "text/plain": `${text}\n  (interactive only: traces of this type have no static image)` };
  return { ...interactive, "image/png": Buffer.from(renderPng(drawn)).toString("base64"), "text/plain": text };
}

/** @throws if Plotly doesn't know a trace's type */
function hasStaticImage(figure: Figure): boolean {
  const drawable = staticTraceTypes();
  const types = figure.data.map((trace) => trace.type ?? "scatter");
  for (const type of types) {
    if (!drawable.includes(type) && !INTERACTIVE_ONLY.has(type)) {
      throw new UsageError(`trace type: expected one of ${drawable.join(", ")}, found "${type}".`);
    }
  }
  return types.every((type) => drawable.includes(type));
}

/** Plotly would silently draw nothing or drop values. @throws if the values aren't lists, or differ in length */
function checkTrace(trace: Figure["data"][number] | null, index: number): void {
  if (typeof trace !== "object" || trace === null)
    throw new UsageError(
      `trace ${index} of the figure: expected an object such as { x, y, type }, found ${String(trace)}.`,
    );
  const found: unknown[] = [trace.x, trace.y, trace.z];
  for (const [position, values] of found.entries()) {
    if (values === undefined || values === null || Array.isArray(values)) continue;
    throw new UsageError(
      `trace ${index} of the figure: expected ${"xyz"[position]} to be a list of values, found ${typeof values}.`,
    );
  }
  const [x, y] = found as (unknown[] | undefined)[];
  if (x && y && ["scatter", "bar"].includes(trace.type ?? "scatter") && x.length !== y.length) {
    throw new UsageError(
      `trace ${index} of the figure: expected as many values in y as in x, found ${y.length} and ${x.length}.`,
    );
  }
}

/**
 * The figure as plain JSON: arrays for tensors and typed arrays, `null` for values that aren't finite, current titles.
 */
function plainFigure(figure: Figure): Figure & { notFinite: number } {
  if (!Array.isArray(figure.data))
    throw new UsageError(
      `figure: expected data to be a list of traces, found ${typeof figure.data}. Write plot([trace], layout).`,
    );
  let notFinite = 0;
  const plain = (value: unknown, key?: string): unknown => {
    if (typeof value === "number") {
      if (Number.isFinite(value)) return value;
      notFinite++;
      return null;
    }
    // Plotly 3 and later ignore titles that are strings, which nodeplotlib allows.
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
  return count === 1 ? "1 value isn't finite: drawn as a gap" : `${count} values aren't finite: drawn as gaps`;
}

/** Adds a note in the lower right corner, below the axis, where it covers nothing. */
function withNote(layout: Figure["layout"], text: string): Figure["layout"] {
  const bottom = (layout.margin?.b ?? PLOTLY_MARGIN_PX) + NOTE_HEIGHT_PX;
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
    font: { size: 11, color: COLORS.wrong },
  } as const;
  return { ...layout, margin: { ...layout.margin, b: bottom }, annotations: [...(layout.annotations ?? []), note] };
}
