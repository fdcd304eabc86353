/** The article's model and its layers. */
export { buildModel, INPUT_SHAPE, NUM_CLASSES } from "./build";
export { layerRows } from "./summary";
export type { LayerRow } from "./summary";
