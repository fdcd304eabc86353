import type { Logs } from "../history/history";
import * as tf from "../tf";
import { ModelCallback } from "./callbacks/model-callback";
import type { Callback } from "./fit";

/** tfjs's own base class of callbacks, which it doesn't export; its methods do nothing. */
const tfjsBase = Object.getPrototypeOf(tf.Callback) as { prototype: Callback<string> };

/** The callbacks of one `fit`, called in their order. */
export class CallbackList {
  /** A callback wants to see the model before or after each batch, so that the steps must be taken one by one. */
  readonly oneByOne: boolean;
  /** A callback runs code of the user's, which may change anything … */
  readonly runsYourCode: boolean;
  /** … in the middle of an epoch. */
  readonly changesBatches: boolean;
  private readonly onBatch: boolean;

  constructor(
    private readonly callbacks: readonly Callback<string>[],
    model: tf.LayersModel,
    params: { readonly epochs: number; readonly steps?: number; readonly verbose: number },
  ) {
    const watches = (callback: Callback<string>, method: "onBatchBegin" | "onBatchEnd") =>
      callback[method] !== undefined && callback[method] !== tfjsBase.prototype[method];
    const needsEachStep = (callback: Callback<string>) =>
      callback.everyStep !== false && (watches(callback, "onBatchBegin") || watches(callback, "onBatchEnd"));
    const yours = callbacks.filter((callback) => !(callback instanceof ModelCallback) || callback.runsYourCode);
    this.oneByOne = callbacks.some(needsEachStep);
    this.runsYourCode = yours.length > 0;
    this.changesBatches = yours.some(needsEachStep);
    this.onBatch = callbacks.some((callback) => watches(callback, "onBatchEnd"));
    for (const callback of callbacks) {
      callback.setModel?.(model);
      callback.setParams?.(params);
    }
  }

  async trainBegin(): Promise<void> {
    for (const callback of this.callbacks) await callback.onTrainBegin?.();
  }

  async epochBegin(epoch: number): Promise<void> {
    for (const callback of this.callbacks) await callback.onEpochBegin?.(epoch);
  }

  async batchBegin(batch: number): Promise<void> {
    for (const callback of this.callbacks) await callback.onBatchBegin?.(batch);
  }

  async batchEnd(batch: number, logs: Logs<string>): Promise<void> {
    if (!this.onBatch) return;
    for (const callback of this.callbacks) await callback.onBatchEnd?.(batch, logsFor(callback, logs));
  }

  /** A callback may add numbers to the epoch's logs, as Keras's do with `learning_rate`. */
  async epochEnd(epoch: number, logs: Logs<string>): Promise<void> {
    for (const callback of this.callbacks) await callback.onEpochEnd?.(epoch, logsFor(callback, logs));
  }

  async trainEnd(): Promise<void> {
    for (const callback of this.callbacks) await callback.onTrainEnd?.();
  }
}

/** tfjs's own callbacks may watch `acc`, which is tfjs's name for the accuracy. */
function logsFor(callback: Callback<string>, logs: Logs<string>): Logs<string> {
  if (!(callback instanceof tf.Callback)) return logs;
  const aliases = Object.entries(logs).map(([name, value]) => [name.replace(/accuracy$/, "acc"), value]);
  return { ...(Object.fromEntries(aliases) as Logs<string>), ...logs };
}
