import * as tf from "../tf";

/** What tfjs passes to `applyGradients`: gradients by the weights' names, or in order. */
export type Gradients = Parameters<tf.Optimizer["applyGradients"]>[0];

/** A weight with its gradient; tfjs has none for a weight that the loss doesn't depend on. */
export interface NamedGradient {
  readonly weight: tf.Variable;
  readonly gradient: tf.Tensor | undefined;
}

/** The weights with their gradients, in tfjs's order. */
export function namedGradients(gradients: Gradients): NamedGradient[] {
  const named = Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor: tensor as tf.Tensor | undefined }));
  const weights = tf.engine().registeredVariables as Record<string, tf.Variable>;
  return named.map(({ name, tensor }) => ({ weight: weights[name], gradient: tensor ?? undefined }));
}
