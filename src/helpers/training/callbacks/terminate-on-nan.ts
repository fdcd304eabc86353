import type { Logs } from "../../history/history";
import { ModelCallback } from "./model-callback";

/**
 * Ends the training when the loss of a batch is NaN or infinite, like `keras.callbacks.TerminateOnNaN`. Up to four more
 * batches may be trained where `fit` takes several steps at a time.
 *
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * await fit(model, trainSet, { epochs: 10, callbacks: [new TerminateOnNaN()] });
 */
export class TerminateOnNaN extends ModelCallback {
  /** It looks at losses, not at weights, so `fit` needn't take its steps one by one. */
  readonly everyStep = false;

  /** Called by `fit`. */
  onBatchEnd(batch: number, logs: Logs<string>): void {
    if (Number.isFinite(logs.loss) || this.model.stopTraining) return;
    console.log(`Batch ${batch}: the loss is ${logs.loss}; training ends.`);
    this.model.stopTraining = true;
  }
}
