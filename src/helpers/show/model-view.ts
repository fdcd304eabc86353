import type { LayersModel } from "@tensorflow/tfjs";
import { layerTable } from "../tables/layers";
import { JUPYTER_DISPLAY, type MimeBundle } from "./bundle";
import { layerDiagram } from "./layer-diagram";

/** A model as output: a diagram of its layers above the table of their output shapes and parameters. */
export function modelBundle(model: LayersModel): MimeBundle {
  const rows = model.layers.map((layer) => ({
    layer: layer.name,
    type: layer.getClassName(),
    outputShape: shapeText(layer.outputShape),
    parameters: layer.countParams(),
  }));
  const table = layerTable(rows, { caption: `Model ${model.name}` });
  return { "text/html": layerDiagram(rows) + table.toHTML(), "text/plain": table[JUPYTER_DISPLAY]()["text/plain"] };
}

function shapeText(shape: LayersModel["outputShape"]): string {
  const one = (dimensions: readonly (number | null)[]): string => `(${dimensions.map((size) => size ?? "batch").join(", ")})`;
  return Array.isArray(shape[0]) ? (shape as (number | null)[][]).map(one).join(", ") : one(shape as (number | null)[]);
}
