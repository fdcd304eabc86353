import type { LayersModel } from "@tensorflow/tfjs";
import type { MimeBundle } from "../display/bundle";
import { escapeHtml } from "../display/markup";
import { layerRows } from "../model/summary";
import { layerTable } from "../tables/layers";
import { layerDiagram } from "./layer-diagram";

/**
 * A model as output: a diagram of its layers above the table of their output shapes and parameters.
 *
 * The diagram is an image within the HTML: a notebook that is not trusted yet keeps images and drops inline SVG.
 */
export function modelBundle(model: LayersModel): MimeBundle {
  const rows = layerRows(model);
  const table = layerTable(rows, { caption: `Model "${model.name}"` });
  const diagram = Buffer.from(layerDiagram(rows)).toString("base64");
  // Where a host drops the image, its words say the same.
  const words = escapeHtml(rows.map(({ type, outputShape }) => `${type} ${outputShape}`).join(" → "));
  return {
    "text/html": `<img alt="${words}" src="data:image/svg+xml;base64,${diagram}">${table.toHTML()}`,
    "text/plain": table.toString(),
  };
}
