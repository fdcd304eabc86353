/** Training as in Keras: `fit` with live progress and a History, and `evaluate`. */
export { fit } from "./fit";
export type { Callback, FitOptions, MeasuredSeries } from "./fit";
export { evaluate } from "./evaluate";
