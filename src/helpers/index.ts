/**
 * The helpers that notebooks and tests share: one folder per topic, the lowest first. Data flows through them in the
 * notebooks' order: `loadData` → preprocess → dataset → model → training → plots.
 */
import "./show/library-values";
import "./keras-names";
export { UsageError } from "../shared/usage-error";
export * as tf from "./tf";
export * from "./mnist";
export * from "./preprocess";
export * from "./dataset";
export * from "./model";
export * from "./history";
export * from "./compiled";
export * as metrics from "./metrics";
export * from "./optimizers";
export * from "./saving";
export * from "./display";
export * from "./render";
export * from "./convolution";
export * from "./plots";
export * from "./tables";
export * from "./pictures";
export * from "./explorers";
export * from "./show";
export * as widgets from "./widgets";
export * from "./experiments";
export * from "./training";
export * from "./workbook";
