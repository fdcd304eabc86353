import type { LayersModel } from "@tensorflow/tfjs";
import type { MimeBundle } from "../display/bundle";
import { escapeHtml } from "../display/markup";
import { connectionsOf } from "../model/connections";
import { type LayerRow, layerRows } from "../model/summary";
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
  const connections = connectionsOf(model);
  const diagram = Buffer.from(layerDiagram(rows, connections)).toString("base64");
  // Shown where images aren't.
  const description = escapeHtml(describe(rows, connections));
  return {
    "text/html": `<img alt="${description}" src="data:image/svg+xml;base64,${diagram}">${table.toHTML()}`,
    "text/plain": table.toString(),
  };
}

/** The layers in their order; a layer that doesn't take the one before it says which it takes. */
function describe(rows: readonly LayerRow[], connections: readonly (readonly number[])[]): string {
  return rows
    .map(({ type, outputShape }, index) => {
      const from = connections[index];
      const continues = index === 0 ? from.length === 0 : from.length === 1 && from[0] === index - 1;
      if (index === 0) return `${type} ${outputShape}`;
      if (continues) return ` → ${type} ${outputShape}`;
      const sources = from.map((source) => rows[source].layer).join(" and ");
      return `; ${sources === "" ? "" : `${sources} → `}${type} ${outputShape}`;
    })
    .join("");
}
