import { historyFigure } from "../plots/history";
import { displayedAs } from "../show/bundle";
import { figureBundle } from "../show/figure-bundle";

/**
 * What a training run recorded, as Keras's `History`: `epoch` counts from 0, and every series of `history`
 * (`loss`, `accuracy`, `val_loss`, `val_accuracy`, …) has one number for each of its entries.
 */
export interface History {
  readonly epoch: number[];
  readonly history: Record<string, number[]>;
}

/** A history that a kernel also shows as a cell's last value: as its figure. */
export function displayedHistory(history: History): History {
  return displayedAs(history, (recorded) => figureBundle(historyFigure(recorded)));
}
