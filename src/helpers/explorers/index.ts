/**
 * Convolution and pooling to play with inside an output, and moving pictures of both. Their arithmetic is that of
 * the `convolution` room, bundled for the browser.
 */
export { convolutionAnimation, poolingAnimation } from "./animation";
export { convolutionExplorer, type ConvolutionExplorerOptions } from "./convolution";
export { poolingExplorer, type PoolingExplorerOptions } from "./pooling";
export type { ExplorerInput } from "./inputs";
export type { ConvolutionSetting, PoolingSetting } from "./setting";
