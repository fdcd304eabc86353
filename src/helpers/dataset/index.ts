/** tf.data's way from tensors to batches: `fromTensorSlices([x, y]).shuffle(n).batch(b, { dropRemainder })`. */
export { fromTensorSlices, TensorSlices } from "./slices";
export type { ShuffleOptions } from "./slices";
export { BatchedDataset } from "./batches";
export type { Batch } from "./batches";
