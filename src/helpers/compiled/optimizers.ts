import * as tf from "../tf";

/** The fields of an optimizer; tfjs declares them protected or private. */
function fieldsOf(optimizer: tf.Optimizer): Record<string, unknown> {
  return optimizer as unknown as Record<string, unknown>;
}

/** An optimizer's current learning rate; NaN if it has no number in `learningRate`. */
export function learningRateOf(optimizer: tf.Optimizer): number {
  const rate = fieldsOf(optimizer).learningRate;
  return typeof rate === "number" ? rate : NaN;
}

export function setLearningRateOf(optimizer: tf.Optimizer, rate: number): void {
  fieldsOf(optimizer).learningRate = rate;
}

/** The tensor that an optimizer keeps in a field; `tf.train.sgd`, for one, keeps its negated rate in `c`. */
export function tensorField(optimizer: tf.Optimizer, field: string): tf.Tensor {
  const value = fieldsOf(optimizer)[field];
  if (!(value instanceof tf.Tensor))
    throw new Error(`optimizer: expected a tensor in its field ${field}, found ${typeof value}.`);
  return value as tf.Tensor;
}

/** The field in which an optimizer keeps a tensor, variables aside. */
export function fieldHolding(optimizer: tf.Optimizer, dataId: object): string | undefined {
  return Object.keys(fieldsOf(optimizer)).find((field) => {
    const value = fieldsOf(optimizer)[field];
    return value instanceof tf.Tensor && !(value instanceof tf.Variable) && value.dataId === dataId;
  });
}

/** tfjs counts an optimizer's steps in `iterations`, for saving; each step writes it and none reads it. */
export function setIterations(optimizer: tf.Optimizer, iterations: number): void {
  fieldsOf(optimizer).iterations_ = iterations;
}

/**
 * What a traced step took for granted about an optimizer: its numbers other than the learning rate, and which variables
 * it keeps. When one of them changes, the trace is out of date.
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
