import type * as tf from "../tf";
import type { NativeBackend } from "./native";
import { fieldHolding, settingsOf } from "./optimizers";
import type { Trace } from "./trace";

/** What a trace took for granted. When any of it changes, the trace is out of date. */
export class Guards {
  readonly optimizers: tf.Optimizer[];
  private readonly settings: unknown[];
  private readonly variables: Set<tf.Variable>;
  private readonly captured: object[];

  constructor(trace: Trace) {
    this.optimizers = [...trace.optimizers.keys()];
    this.settings = this.optimizers.flatMap(settingsOf);
    this.variables = trace.variables;
    // A tensor that an optimizer keeps in a field may be replaced: the field is read again at each run.
    this.captured = [...trace.captured].filter((dataId) =>
      this.optimizers.every((optimizer) => fieldHolding(optimizer, dataId) === undefined),
    );
  }

  hold(backend: NativeBackend): boolean {
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
