import * as tf from "../tf";

/** The fields of an optimizer; tfjs declares them protected or private. */
function fieldsOf(optimizer: tf.Optimizer): Record<string, unknown> {
  return optimizer as unknown as Record<string, unknown>;
}

/** The learning rate that an optimizer has at the moment; NaN when it keeps none in `learningRate`. */
export function learningRateOf(optimizer: tf.Optimizer): number {
  const rate = fieldsOf(optimizer).learningRate;
  return typeof rate === "number" ? rate : NaN;
}

export function setLearningRateOf(optimizer: tf.Optimizer, rate: number): void {
  fieldsOf(optimizer).learningRate = rate;
}

/** The tensor that an optimizer keeps in a field, as `tf.train.sgd` keeps its negated rate in `c`. */
export function tensorField(optimizer: tf.Optimizer, field: string): tf.Tensor {
  const value = fieldsOf(optimizer)[field];
  if (!(value instanceof tf.Tensor))
    throw new Error(`Expected a tensor in the optimizer's field ${field}, found ${typeof value}.`);
  return value;
}

/** The field in which an optimizer keeps a tensor, variables aside. */
export function fieldHolding(optimizer: tf.Optimizer, dataId: object): string | undefined {
  return Object.keys(fieldsOf(optimizer)).find((field) => {
    const value = fieldsOf(optimizer)[field];
    return value instanceof tf.Tensor && !(value instanceof tf.Variable) && value.dataId === dataId;
  });
}

/** `iterations` of tfjs counts an optimizer's steps for saving; it is written by each step and read by none. */
export function setIterations(optimizer: tf.Optimizer, iterations: number): void {
  fieldsOf(optimizer).iterations_ = iterations;
}

/**
 * What a recorded step took from an optimizer for granted: its numbers other than the learning rate, and which
 * variables it keeps. When one of them changes, the recording no longer holds.
 */
export function settingsOf(optimizer: tf.Optimizer): unknown[] {
  const settings: unknown[] = [];
  for (const [field, value] of Object.entries(fieldsOf(optimizer))) {
    if (field === "learningRate" || field === "iterations_") continue;
    if (Array.isArray(value)) settings.push(...value.map((slot: { variable?: unknown } | undefined) => slot?.variable));
    else if (!(value instanceof tf.Tensor) || value instanceof tf.Variable) settings.push(value);
  }
  return settings;
}
