import { UsageError } from "../../shared/usage-error";
import { setIterations } from "../compiled/optimizers";
import * as tf from "../tf";

/** One of an optimizer's variables: the field that holds it, and its place if the field is a list. */
export interface SavedSlot {
  readonly field: string;
  readonly index?: number;
  /** What the optimizer calls a variable in a list. */
  readonly originalName?: string;
}

/** An optimizer without its variables' values. */
export interface SavedOptimizer {
  readonly className: string;
  readonly config: Record<string, unknown>;
  readonly iterations: number;
  readonly slots: readonly SavedSlot[];
}

/** How tfjs's optimizers keep a variable for each weight. */
interface Slot {
  readonly originalName: string;
  readonly variable: tf.Variable;
}

/**
 * Everything that an optimizer needs to go on as if nothing had happened. tfjs's own `getWeights` leaves out Adam's
 * running powers of beta, and rounds them differently when it sets them.
 *
 * @returns its description, and its variables in the order of the slots
 */
export function optimizerState(optimizer: tf.Optimizer): { saved: SavedOptimizer; tensors: tf.Variable[] } {
  const slots: SavedSlot[] = [];
  const tensors: tf.Variable[] = [];
  for (const [field, value] of Object.entries(optimizer)) {
    if (value instanceof tf.Variable) {
      slots.push({ field });
      tensors.push(value as tf.Variable);
    } else if (Array.isArray(value)) {
      (value as (Slot | undefined)[]).forEach((slot, index) => {
        if (!(slot?.variable instanceof tf.Variable)) return;
        slots.push({ field, index, originalName: slot.originalName });
        tensors.push(slot.variable);
      });
    }
  }
  const config = optimizer.getConfig() as Record<string, unknown>;
  return { saved: { className: optimizer.getClassName(), config, iterations: optimizer.iterations, slots }, tensors };
}

/** Makes the optimizer that was saved, without its variables' values. */
export function makeOptimizer({ className, config }: SavedOptimizer): tf.Optimizer {
  const known = tf.serialization.SerializationMap.getMap().classNameMap[className];
  if (known === undefined) {
    throw new UsageError(
      `expected an optimizer that tfjs knows, found the class ${className}. ` +
        "Register it with tf.serialization.registerClass, or compile the model and call loadWeights.",
    );
  }
  const [constructor, fromConfig] = known;
  return fromConfig(constructor, config as tf.serialization.ConfigDict) as unknown as tf.Optimizer;
}

/**
 * Gives an optimizer the variables and the step count that were saved.
 *
 * @param tensors the variables' values, in the order of the slots; they are copied
 */
export function restoreOptimizer(
  optimizer: tf.Optimizer,
  { className, iterations, slots }: SavedOptimizer,
  tensors: readonly tf.Tensor[],
): void {
  if (optimizer.getClassName() !== className)
    throw new UsageError(
      `expected the optimizer ${className}, found ${optimizer.getClassName()}. Compile with that one`,
    );
  const fields = optimizer as unknown as Record<string, tf.Variable | (Slot | undefined)[]>;
  slots.forEach(({ field, index, originalName }, place) => {
    const held = fields[field];
    const value = tensors[place];
    if (index === undefined) {
      (held as tf.Variable).assign(value);
      return;
    }
    const list = held as (Slot | undefined)[];
    const slot = list[index];
    // The list itself stays: it is also how the variables are found when the optimizer is collected.
    if (slot === undefined) list[index] = { originalName: originalName!, variable: tf.variable(value, false) };
    else slot.variable.assign(value);
  });
  setIterations(optimizer, iterations);
}
