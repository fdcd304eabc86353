/**
 * tf.data's way to batches: `fromTensorSlices([x, y]).shuffle(n).batch(b, { dropRemainder })` from tensors,
 * `fromGenerator(batches, generator)` from anything that does not fit into memory.
 */
export { fromTensorSlices, TensorSlices } from "./slices";
export type { ShuffleOptions } from "./order";
export { BatchedDataset } from "./batches";
export type { Batch } from "./batches";
export { fromGenerator, StreamedDataset } from "./stream";
export type { BatchGenerator } from "./stream";
