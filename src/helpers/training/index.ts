/** Training as in Keras: `fit` with live progress and a History, `evaluate`, and what notebooks keep between them. */
export type { History } from "./history";
export { readParameters } from "./parameters";
export type { Parameters } from "./parameters";
export { fit } from "./fit";
export type { Callback, FitOptions } from "./fit";
export { evaluate } from "./evaluate";
export type { Logs } from "./epoch";
export { saveRun, loadRun } from "./runs";
export type { Run } from "./runs";
export { articleRun } from "./articleRun";
export type { ArticleRun } from "./articleRun";
