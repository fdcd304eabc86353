/**
 * Convolution and pooling to play with in a notebook's output, and pictures of both, still and animated. All of them
 * compute with the functions of the folder `convolution`, which are also bundled for the browser.
 */
export { convolutionAnimation, poolingAnimation } from "./animation";
export { convolutionExplorer, type ConvolutionExplorerOptions } from "./convolution";
export { convolutionPicture, poolingPicture } from "./picture";
export { poolingExplorer, type PoolingExplorerOptions } from "./pooling";
export type { ExplorerInput } from "./inputs";
export type { ConvolutionOptions, ConvolutionSetting, PoolingOptions, PoolingSetting } from "./setting";
