import type { Figure } from "../plots/figure";
import type { MimeBundle } from "./bundle";
import { renderPng } from "./static/render";

const PLOTLY_MIME = "application/vnd.plotly.v1+json";

/** A figure as output: interactive where the front end has Plotly, a PNG everywhere else, a summary in a terminal. */
export async function figureBundle(figure: Figure): Promise<MimeBundle> {
  const { drawable, notFinite } = drawableFigure(figure);
  const png = await renderPng(drawable);
  return {
    [PLOTLY_MIME]: { data: drawable.data, layout: drawable.layout, config: { responsive: false, displaylogo: false } },
    "image/png": Buffer.from(png).toString("base64"),
    "text/plain": figureText(drawable, notFinite),
  };
}

/** The figure in plain JSON: typed arrays as arrays, values that are not finite as gaps (`null`). */
export function drawableFigure(figure: Figure): { drawable: Figure; notFinite: number } {
  let notFinite = 0;
  const plain = (value: unknown): unknown => {
    if (typeof value === "number") {
      if (Number.isFinite(value)) return value;
      notFinite++;
      return null;
    }
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as unknown as ArrayLike<number>, plain);
    if (Array.isArray(value)) return value.map(plain);
    if (value instanceof Date) return value.toISOString();
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined).map(([key, item]) => [key, plain(item)]));
    }
    return value;
  };
  const drawable = plain({ data: figure.data, layout: figure.layout }) as Figure;
  return { drawable, notFinite };
}

function figureText(figure: Figure, notFinite: number): string {
  const title = figure.layout.title;
  const lines = [`Plot: ${(typeof title === "string" ? title : title?.text) ?? "untitled"}`];
  for (const trace of figure.data) lines.push(`  ${trace.type ?? "scatter"} ${trace.name ?? ""}`.trimEnd());
  if (notFinite > 0) lines.push(`  ${notFinite} values are not finite: drawn as gaps`);
  return lines.join("\n");
}
