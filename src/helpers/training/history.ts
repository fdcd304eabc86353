/**
 * What a training run recorded, as Keras's `History`: `epoch` counts from 0, and every series of `history`
 * (`loss`, `accuracy`, `val_loss`, `val_accuracy`, …) has one number for each of its entries.
 */
export interface History {
  readonly epoch: number[];
  readonly history: Record<string, number[]>;
}
