/**
 * Datasets in batches, as in tf.data: `fromTensorSlices([x, y]).shuffle(n).batch(b, { dropRemainder })` for tensors,
 * `fromGenerator(batches, generator)` for data that doesn't fit into memory.
 */
export { fromTensorSlices, TensorSlices } from "./slices";
export type { ShuffleOptions } from "./order";
export { BatchedDataset } from "./batches";
export type { ModelData } from "../tf/model-data";
export type { AnyBatch, Batch } from "./batches";
export { fromGenerator, StreamedDataset } from "./stream";
export type { BatchGenerator } from "./stream";
