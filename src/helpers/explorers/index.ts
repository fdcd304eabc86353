/**
 * Convolution and pooling to play with inside an output, and pictures of both, still and moving. Their arithmetic is that
 * of the `convolution` room, bundled for the browser.
 */
export { convolutionAnimation, poolingAnimation } from "./animation";
export { convolutionExplorer, type ConvolutionExplorerOptions } from "./convolution";
export { convolutionPicture, poolingPicture } from "./picture";
export { poolingExplorer, type PoolingExplorerOptions } from "./pooling";
export type { ExplorerInput } from "./inputs";
export type { ConvolutionOptions, PoolingOptions } from "./setting";
