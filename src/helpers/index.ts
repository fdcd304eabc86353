/**
 * The helpers that notebooks and tests share: one folder per topic, the lowest first. Data flows through them in the
 * notebooks' order: `loadData` → preprocess → dataset → model → training → plots.
 */
import "./show/library-values";
export * as tf from "./tf";
export * from "./mnist";
export * from "./preprocess";
export * from "./dataset";
export * from "./model";
export * from "./history";
export * from "./compiled";
export * from "./display";
export * from "./render";
export * from "./convolution";
export * from "./plots";
export * from "./tables";
export * from "./pictures";
export * from "./explorers";
export * from "./show";
export * from "./training";
export * from "./workbook";
