export type { Figure } from "./figure";
export * from "./bars";
export * from "./comparison";
export * from "./confusion-matrix";
export * from "./heatmap";
export * from "./histogram";
export * from "./history";
export * from "./training-view";
