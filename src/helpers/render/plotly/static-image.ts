import { UsageError } from "../../../shared/usage-error";
import { svgToPng } from "../rasterize";
import type { Figure } from "./figure";
import { plotlyWindow } from "./plotly-window";

/** The width and height, in pixels, of a figure whose layout has none. */
export const DEFAULT_SIZE = { width: 700, height: 400 } as const;

/** The trace types that can be drawn without a browser. Those that need WebGL or maps can't. */
export function staticTraceTypes(): string[] {
  return Object.keys(plotlyWindow().Plotly.PlotSchema.get().traces);
}

/**
 * Draws a figure as SVG, in the size of its layout (Plotly's own default is 700 × 450).
 *
 * Plotly draws SVG traces before `newPlot` returns; its promise is for what a browser loads later. Because this
 * function is synchronous, an output appears in the right place even if a call isn't awaited, like nodeplotlib's
 * `plot`.
 *
 * @throws if Plotly can't draw the figure
 */
export function renderSvg(figure: Figure): string {
  const { document, Plotly } = plotlyWindow();
  // Plotly fills in defaults in place, so it gets a copy of the caller's figure.
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
    // Plotly's asynchronous rest still needs the element, so remove it afterwards.
    drawn.then(remove, remove);
    return svg;
  } catch (error) {
    root.remove();
    throw new UsageError(
      `Plotly can't draw this figure: ${error instanceof Error ? error.message : String(error)}. ` +
        "Check the types and values of its traces and layout.",
    );
  }
}

/** Draws a figure as a PNG file, with one image pixel for each pixel of the layout. */
export function renderPng(figure: Figure): Uint8Array {
  return svgToPng(renderSvg(figure));
}
