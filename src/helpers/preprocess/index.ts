/** Turns images and labels into the tensors that a model trains on. */
export { scale } from "./scale";
export { addChannelAxis } from "./add-channel-axis";
export { toCategorical } from "./to-categorical";
