import { UsageError } from "../../shared/usage-error";
/** Loss and metrics by name, such as `{ loss: 0.0432, accuracy: 0.9871 }`. `Metric` names those besides the loss. */
export type Logs<Metric extends string = "accuracy"> = Record<"loss" | Metric, number>;

/** The series of a training run that measures accuracy and has validation data, besides `loss`. */
export type DefaultSeries = "accuracy" | "val_loss" | "val_accuracy";

/**
 * The history of a training run, like Keras's `History`: `epoch` counts from 0, and each series of `history`
 * (`loss`, `accuracy`, `val_loss`, `val_accuracy`, …) has one number per epoch.
 *
 * `Series` names the series besides `loss`, so that a misspelt one doesn't compile. `History<string>` is any history.
 */
export interface History<Series extends string = DefaultSeries> {
  readonly epoch: number[];
  readonly history: Record<"loss" | Series, number[]>;
}

/**
 * @throws UsageError unless the history has at least one epoch and every series has one value per epoch
 * @example
 * checkHistory({ epoch: [0, 1], history: { loss: [0.4, 0.1] } }); // passes
 * checkHistory({ epoch: [0, 1], history: { loss: [0.4] } }); // throws: one value for two epochs
 */
export function checkHistory(history: History<string>): void {
  if (!Array.isArray(history?.epoch) || typeof history.history !== "object") {
    throw new UsageError(
      "history: expected { epoch: [0, 1, …], history: { loss: […] } }, found something else. Pass what fit() returned.",
    );
  }
  const epochs = history.epoch.length;
  if (epochs === 0) {
    throw new UsageError(
      "history: expected a finished epoch, found none: the history is empty. Train first, for example with fit().",
    );
  }
  for (const [name, values] of Object.entries(history.history)) {
    if (values.length !== epochs) {
      throw new UsageError(`history: expected ${epochs} values of "${name}", one per epoch, found ${values.length}.`);
    }
  }
}
