import { Resvg } from "@resvg/resvg-js";
import type { Figure } from "../../plots/figure";
import { fontFiles } from "../fonts";
import { loadPlotly } from "./plotly-window";

/** Width and height in pixels of a figure whose layout does not say. */
export const DEFAULT_SIZE = { width: 700, height: 400 } as const;

/** Draws a figure as SVG, in the size that its layout gives. */
export async function renderSvg(figure: Figure): Promise<string> {
  const { width = DEFAULT_SIZE.width, height = DEFAULT_SIZE.height } = figure.layout;
  // Plotly completes what it is given in place: the reader's figure stays as it was.
  const copy = structuredClone(figure);
  return loadPlotly().toImage(copy, { format: "svg", width, height, imageDataOnly: true });
}

/** Draws a figure as PNG bytes, one image pixel for one pixel of the layout. */
export async function renderPng(figure: Figure): Promise<Uint8Array> {
  const svg = await renderSvg(figure);
  // resvg does not follow a quoted reference; a colour bar would be black.
  const readable = svg.replace(/url\((?:&quot;|"|')(#[^)"'&]+)(?:&quot;|"|')\)/g, "url($1)");
  const image = new Resvg(readable, {
    font: { loadSystemFonts: false, fontFiles: [...fontFiles], defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" },
    background: "white",
  });
  return image.render().asPng();
}
