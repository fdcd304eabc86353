/**
 * What a training run recorded, as Keras's `History`: `epoch` counts from 0, and every series of `history`
 * (`loss`, `accuracy`, `val_loss`, `val_accuracy`, …) has one number for each of its entries.
 */
export interface History {
  readonly epoch: number[];
  readonly history: Record<string, number[]>;
}

/** Throws unless there is at least one epoch and every series has one value for each. */
export function checkHistory(history: History): void {
  const epochs = history.epoch.length;
  if (epochs === 0) {
    throw new Error("The history is empty: expected at least one finished epoch. Train first, for example with fit().");
  }
  for (const [name, values] of Object.entries(history.history)) {
    if (values.length !== epochs) {
      throw new Error(`The history's "${name}" has ${values.length} values; expected ${epochs}, one for each epoch.`);
    }
  }
}
