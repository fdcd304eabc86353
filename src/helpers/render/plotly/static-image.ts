import { svgToPng } from "../rasterize";
import type { Figure } from "./figure";
import { plotlyWindow } from "./plotly-window";

/** Width and height in pixels of a figure whose layout does not say. */
export const DEFAULT_SIZE = { width: 700, height: 400 } as const;

/** The trace types that can be drawn without a browser; those that need WebGL or maps can not. */
export function staticTraceTypes(): string[] {
  return Object.keys(plotlyWindow().Plotly.PlotSchema.get().traces);
}

/**
 * Draws a figure as SVG, in the size that its layout gives (Plotly's own default is 700 × 450).
 *
 * Plotly draws SVG traces before `newPlot` returns; its promise is for what a browser loads later. Drawing at once lets an output
 * appear in its place even where a call was not awaited, as nodeplotlib's `plot` never is.
 *
 * @throws when Plotly cannot draw it
 */
export function renderSvg(figure: Figure): string {
  const { document, Plotly } = plotlyWindow();
  // Plotly completes what it is given in place: the reader's figure stays as it was.
  const { data, layout } = structuredClone(figure);
  const root = document.createElement("div");
  document.body.append(root);
  const remove = (): void => {
    Plotly.purge(root);
    root.remove();
  };
  try {
    const drawn = Plotly.newPlot(root, data, layout, { staticPlot: true });
    const svg = Plotly.Snapshot.toSVG(root, "svg", 1);
    // Purged any earlier, what Plotly has left to do would find nothing to do it on.
    drawn.then(remove, remove);
    return svg;
  } catch (error) {
    root.remove();
    throw new Error(
      `Plotly cannot draw this figure: ${error instanceof Error ? error.message : String(error)}. Check the types and values of its traces and layout.`,
    );
  }
}

/** Draws a figure as PNG bytes, one image pixel for one pixel of the layout. */
export function renderPng(figure: Figure): Uint8Array {
  return svgToPng(renderSvg(figure));
}
