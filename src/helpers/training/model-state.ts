import type * as tf from "../tf";

/** @throws when the model has no optimizer and loss yet */
export function requireCompiled(model: tf.LayersModel, caller: string): void {
  if (model.optimizer === undefined) {
    throw new Error(`${caller}: expected a compiled model, found one without optimizer and loss. Call model.compile({ optimizer, loss, metrics }) first.`);
  }
}

/** Keras's name of a metric: tfjs calls accuracy `acc`. */
export function metricName(name: string): string {
  return name.replace(/(^|_)acc$/, "$1accuracy");
}
