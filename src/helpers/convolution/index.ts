/**
 * Convolution and pooling in plain numbers, to compare TensorFlow's with. It uses no tensors and no library, so the
 * explorers can also run it in a browser.
 */
export type { Image } from "./arrays";
export { conv2d } from "./conv2d";
export { avgPool2d, maxPool2d, type PoolOptions } from "./pool2d";
export { outputSize, paddingAmounts, slidingWindow, windowCells } from "./window";
export type { Padding, SlidingWindow, WindowCell, WindowOptions } from "./window";
export { receptiveField, type ReceptiveField, type WindowLayer } from "./receptive-field";
export { KERNELS } from "./kernels";
export { parameterCount, type ConvolutionSize, type DenseSize } from "./parameter-count";
