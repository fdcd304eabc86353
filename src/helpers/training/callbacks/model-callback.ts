import { UsageError } from "../../../shared/usage-error";
import type * as tf from "../../tf";

/** The base of Keras's callbacks: `fit` tells them which model it trains. */
export abstract class ModelCallback {
  /** It calls functions of the user's, which may change anything. */
  readonly runsYourCode: boolean = false;
  private trained: tf.LayersModel | undefined;

  /** `fit` calls this before it trains. */
  setModel(model: tf.LayersModel): void {
    this.trained = model;
  }

  protected get model(): tf.LayersModel {
    if (this.trained === undefined)
      throw new UsageError(
        `${this.constructor.name}: expected to be called by fit. Pass it as fit(…, { callbacks: [ … ] }).`,
      );
    return this.trained;
  }
}

/** @throws UsageError unless the value is a finite number from `min` to `max` */
export function checkNumber(name: string, value: number, min = -Infinity, max = Infinity): number {
  if (!(Number.isFinite(value) && value >= min && value <= max)) {
    const range = max === Infinity ? (min === -Infinity ? "" : ` of at least ${min}`) : ` from ${min} to ${max}`;
    throw new UsageError(`${name}: expected a finite number${range}, found ${String(value)}.`);
  }
  return value;
}
