import type { LayersModel } from "@tensorflow/tfjs";
import type { MimeBundle } from "../display/bundle";
import { escapeHtml } from "../display/markup";
import { layerRows } from "../model/summary";
import { layerTable } from "../tables/layers";
import { layerDiagram } from "./layer-diagram";

/**
 * A model as one output: a diagram of its layers above a table of their output shapes and parameters.
 *
 * The diagram is an image in the HTML, since notebooks that aren't trusted show images but drop inline SVG.
 */
export function modelBundle(model: LayersModel): MimeBundle {
  const rows = layerRows(model);
  const table = layerTable(rows, { caption: `Model "${model.name}"` });
  const diagram = Buffer.from(layerDiagram(rows)).toString("base64");
  // Shown where images aren't.
  const description = escapeHtml(rows.map(({ type, outputShape }) => `${type} ${outputShape}`).join(" → "));
  return {
    "text/html": `<img alt="${description}" src="data:image/svg+xml;base64,${diagram}">${table.toHTML()}`,
    "text/plain": table.toString(),
  };
}
