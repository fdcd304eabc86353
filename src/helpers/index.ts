/**
 * The helpers that the notebooks and the tests share. One folder per idea, in the order of the data's way:
 * `loadData` → preprocess → dataset → model → training → plots, and what shows them.
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
