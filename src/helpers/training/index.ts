/** Training as in Keras: `fit` with live progress and a History, and `evaluate`. */
export { fit } from "./fit";
export type { Callback, FitOptions } from "./fit";
export { evaluate } from "./evaluate";
