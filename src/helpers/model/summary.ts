import type * as tf from "../tf";
import { checkModel } from "../tf/checks";

/** One layer of a model, like a line of Keras's `model.summary()`. */
export interface LayerRow {
  readonly layer: string;
  readonly type: string;
  /** For example `(None, 28, 28, 16)`; `None` stands for the batch. */
  readonly outputShape: string;
  readonly parameters: number;
}

/**
 * Lists the layers of a model in order: names, types, output shapes and parameter counts.
 *
 * @see notebooks/07-model.ipynb
 * @example await show(layerTable(layerRows(model)));
 */
export function layerRows(model: tf.LayersModel): LayerRow[] {
  checkModel("layerRows", model);
  return model.layers.map((layer) => ({
    layer: layer.name,
    type: layer.getClassName(),
    outputShape: formatShapes(layer.outputShape),
    parameters: layer.countParams(),
  }));
}

/** Shapes as Keras writes them, with `None` for every size that isn't fixed. */
export function formatShapes(shape: tf.Shape | tf.Shape[]): string {
  const shapes = Array.isArray(shape[0]) ? (shape as tf.Shape[]) : [shape as tf.Shape];
  return shapes.map((one) => `(${one.map((size) => size ?? "None").join(", ")})`).join(", ");
}
