/** Training as in Keras: `fit` with live progress and a History, `evaluate` and `predict`. */
export { fit } from "./fit";
export type { Callback, FitOptions, MeasuredSeries } from "./fit";
export * from "./callbacks";
export type { ClassWeight } from "./class-weight";
export { evaluate } from "./evaluate";
export { predict } from "./predict";
