import type * as tf from "../tf";
import type { NativeBackend } from "./native";
import { fieldHolding, settingsOf } from "./optimizers";
import type { Recording } from "./recording";

/** What a recording took for granted. When it changes, the recording no longer holds. */
export class Premises {
  readonly optimizers: tf.Optimizer[];
  private readonly settings: unknown[];
  private readonly variables: Set<tf.Variable>;
  private readonly captured: object[];

  constructor(recording: Recording) {
    this.optimizers = [...recording.optimizers.keys()];
    this.settings = this.optimizers.flatMap(settingsOf);
    this.variables = recording.variables;
    // What an optimizer keeps in a field may be replaced: the field is read anew at each run.
    this.captured = [...recording.captured].filter((dataId) =>
      this.optimizers.every((optimizer) => fieldHolding(optimizer, dataId) === undefined),
    );
  }

  stillHold(backend: NativeBackend): boolean {
    for (const variable of this.variables) if (variable.isDisposed) return false;
    return (
      this.captured.every((dataId) => backend.tensorMap.has(dataId)) &&
      sameElements(this.optimizers.flatMap(settingsOf), this.settings)
    );
  }
}

export function sameElements(a: unknown[], b: unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
